"""General Bots: what is said about tasks."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import bare
from tasktalk.storage import contents, events
from tests.bots.dialects.conftest import Answer, Api


async def comment(api: Api, task_id: str, text: object = "Called", **fields: Any) -> Answer:
    return await api.send("POST", f"/tasks/{task_id}/comments", {"text": text, **fields})


async def listed(api: Api, task_id: str, query: str = "") -> dict[str, Any]:
    answer = await api.send("GET", f"/tasks/{task_id}/comments{query}")
    assert answer.status == 200, answer
    return answer.body


async def rows(services: Services, table: str) -> list[dict[str, Any]]:
    async with services.database.read() as reader:
        return await contents.rows(reader, table)


async def test_gb_68_a_comment_is_answered_with_its_fields(api: Api) -> None:
    task_id = await api.made()
    answer = await comment(api, task_id, "Contacted customer via email, waiting for response", mentions=["user123"])
    assert answer.status == 201
    assert answer.body["comment_id"].startswith("cmt_")
    del answer.body["comment_id"]
    assert answer.body == {
        "task_id": task_id,
        "text": "Contacted customer via email, waiting for response",
        "author": "user123",
        "mentions": ["user123"],
        "attachments": [],
        "created_at": "2024-01-15T10:00:00Z",
    }


async def test_gb_69_and_70_the_author_is_a_text_in_the_answer_and_an_object_in_the_list(
    api: Api, colleague: Api
) -> None:
    task_id = await api.made()
    assert (await comment(colleague, task_id)).body["author"] == "user456"
    assert (await listed(api, task_id))["comments"][0]["author"] == {"user_id": "user456", "name": "Jane Smith"}


async def test_gb_71_comments_are_listed_oldest_first(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    assert await listed(api, task_id) == {"comments": [], "total": 0}
    for text in ("one", "two", "three"):
        await comment(api, task_id, text)
        clock.advance(timedelta(seconds=1))
    found = await listed(api, task_id)
    assert ([row["text"] for row in found["comments"]], found["total"]) == (["one", "two", "three"], 3)
    assert set(found["comments"][0]) >= {"comment_id", "text", "author", "created_at"}


async def test_gb_71_comments_of_one_moment_keep_their_order_and_come_in_pages(api: Api) -> None:
    task_id = await api.made()
    for text in "abcde":
        await comment(api, task_id, text)
    pages = [await listed(api, task_id, f"?limit=2&page={page}") for page in (1, 2, 3, 4, 10**18 - 1)]
    assert ["".join(row["text"] for row in page["comments"]) for page in pages] == ["ab", "cd", "e", "", ""]
    assert {page["total"] for page in pages} == {5}
    answer = await api.send("GET", f"/tasks/{task_id}/comments?page=0")
    assert (answer.status, answer.code) == (400, "invalid_page")


@pytest.mark.parametrize("text", ["", "  \n", None])
async def test_gb_72_a_comment_needs_a_text(api: Api, text: object) -> None:
    task_id = await api.made()
    answer = await comment(api, task_id, text)
    assert (answer.status, answer.code) == (400, "missing_text")
    assert (await api.send("POST", f"/tasks/{task_id}/comments", {})).code == "missing_text"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": 5}, "invalid_text"),
        ({"text": ["a"]}, "invalid_text"),
        ({"text": "a\0b"}, "invalid_text"),
        ({"text": "\ud800"}, "invalid_text"),
        ({"text": "t", "mentions": "user1"}, "invalid_mentions"),
        ({"text": "t", "mentions": [5]}, "invalid_mentions"),
        ({"text": "t", "mentions": [""]}, "invalid_mentions"),
        ({"text": "t", "mentions": {"user1": 1}}, "invalid_mentions"),
        ({"text": "t", "mentions": ["u\0"]}, "invalid_mentions"),
        ({"text": "t", "mentions": ["u"] * 101}, "invalid_mentions"),
        ({"text": "t", "attachments": "att_1"}, "invalid_attachments"),
        ({"text": "t", "attachments": [None]}, "invalid_attachments"),
        ({"text": "t", "attachments": ["att_none"]}, "unknown_attachment"),
        ({"text": "t", "author": "me"}, "unknown_field"),
    ],
)
async def test_gb_72_and_73_other_comments_are_refused_and_change_nothing(
    api: Api, services: Services, fields: dict[str, Any], code: str
) -> None:
    task_id = await api.made()
    before = await api.get(task_id)
    answer = await api.send("POST", f"/tasks/{task_id}/comments", fields)
    assert (answer.status, answer.code) == (400, code)
    assert await api.get(task_id) == before
    assert await rows(services, "comment") == []
    assert [row["kind"] for row in await rows(services, "event")] == ["task_created"]


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"', b"\xff"])
async def test_gb_11_a_comment_is_a_json_object(api: Api, body: Any) -> None:
    answer = await api.send("POST", f"/tasks/{await api.made()}/comments", data=body)
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_gb_72_who_is_mentioned_twice_is_mentioned_once(api: Api) -> None:
    task_id = await api.made()
    assert (await comment(api, task_id, mentions=["b", "a", " b "])).body["mentions"] == ["b", "a"]
    assert (await listed(api, task_id))["comments"][0]["mentions"] == ["b", "a"]


async def test_gb_31_and_33_a_comment_is_counted_and_changes_the_task(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    assert (await api.get(task_id))["comments_count"] == 0
    for count in (1, 2):
        clock.advance(timedelta(minutes=1))
        await comment(api, task_id)
        got = await api.get(task_id)
        assert (got["comments_count"], got["updated_at"]) == (count, f"2024-01-15T10:0{count}:00Z")


async def test_gb_31_comments_at_the_same_time_are_all_counted(api: Api) -> None:
    task_id = await api.made()
    answers = await asyncio.gather(*(comment(api, task_id, str(number)) for number in range(12)))
    assert {answer.status for answer in answers} == {201}
    assert (await api.get(task_id))["comments_count"] == 12
    found = await listed(api, task_id)
    assert sorted(int(row["text"]) for row in found["comments"]) == list(range(12))


async def test_gb_74_a_comment_is_one_event(api: Api, services: Services, woken: Any) -> None:
    task_id = await api.made()
    answer = await comment(api, task_id, "Look", mentions=["user456"])
    async with services.database.read() as reader:
        found = list(await events.after(reader, "task", 0))[1:]
    assert [(row["kind"], row["subject_id"], row["actor"], row["source"]) for row in found] == [
        ("comment_added", bare(task_id), "user123", "general_bots")
    ]
    assert found[0]["changes"] == {
        "comments_count": [0, 1],
        "comment_id": [None, answer.body["comment_id"]],
        "text": [None, "Look"],
        "author": [None, "user123"],
        "mentions": [None, ["user456"]],
        "attachments": [None, []],
    }
    assert woken.count == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_gb_08_and_10_comments_of_a_task_that_is_not_there(api: Api, stranger: Api, method: str) -> None:
    body = {"text": "t"} if method == "POST" else None
    answer = await api.send(method, "/tasks/tsk_xyz789/comments", body)
    assert (answer.status, answer.body) == (404, {"error": "task_not_found", "message": "Task tsk_xyz789 not found"})
    task_id = await api.made()
    answer = await stranger.send(method, f"/tasks/{task_id}/comments", body)
    assert (answer.status, answer.code) == (404, "task_not_found")
    assert (await api.get(task_id))["comments_count"] == 0


async def test_gb_03_and_09_comments_need_a_token_for_what_is_done(api: Api, onlooker: Api, scribe: Api) -> None:
    task_id = await api.made()
    api.token, token = None, api.token
    assert (await comment(api, task_id)).status == 401
    assert (await comment(onlooker, task_id)).code == "permission_denied"
    assert (await onlooker.send("GET", f"/tasks/{task_id}/comments")).status == 200
    assert (await comment(scribe, task_id)).status == 201
    assert (await scribe.send("GET", f"/tasks/{task_id}/comments")).code == "permission_denied"
    api.token = token
    assert (await api.get(task_id))["comments_count"] == 1


async def test_gb_67_comments_go_with_their_task(api: Api, services: Services) -> None:
    task_id, other = await api.made(), await api.made()
    await comment(api, task_id)
    await comment(api, other, "stays")
    await api.send("DELETE", f"/tasks/{task_id}")
    assert [row["text"] for row in await rows(services, "comment")] == ["stays"]
    assert (await comment(api, task_id)).code == "task_not_found"
    assert (await api.send("GET", f"/tasks/{task_id}/comments")).code == "task_not_found"
