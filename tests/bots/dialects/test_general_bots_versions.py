"""General Bots: ETag, If-Match and If-None-Match on a task (X-18)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.storage import events
from tests.bots.dialects.conftest import Answer, Api

Write = Callable[[Api, str, dict[str, str]], Awaitable[Answer]]

WRITES: dict[str, Write] = {
    "patch": lambda api, task_id, headers: api.send("PATCH", f"/tasks/{task_id}", {"progress": 7}, headers=headers),
    "patch nothing": lambda api, task_id, headers: api.send("PATCH", f"/tasks/{task_id}", {}, headers=headers),
    "complete": lambda api, task_id, headers: api.send("POST", f"/tasks/{task_id}/complete", headers=headers),
    "delete": lambda api, task_id, headers: api.send("DELETE", f"/tasks/{task_id}", headers=headers),
}


async def tag(api: Api, task_id: str) -> str:
    return (await api.send("GET", f"/tasks/{task_id}")).headers["ETag"]


async def test_x_18_a_tag_changes_with_the_task_and_only_then(api: Api) -> None:
    task_id = await api.made()
    first = await tag(api, task_id)
    assert first.startswith('"1-')
    assert await tag(api, task_id) == first
    assert (await api.patch(task_id, title="Call Ana")).headers["ETag"] == '"1"'
    assert await tag(api, task_id) == first
    assert (await api.patch(task_id, title="Call Bo")).headers["ETag"] == '"2"'
    assert (await tag(api, task_id)).startswith('"2-')
    assert (await api.send("HEAD", f"/tasks/{task_id}")).headers["ETag"] == await tag(api, task_id)


async def test_x_18_a_tag_changes_with_what_is_shown_beside_the_task(api: Api, services: Services) -> None:
    task_id = await api.made(assignee="user456")
    before = await tag(api, task_id)
    await services.accounts.create_user("Jane Smith", user_id="user456")
    after = await tag(api, task_id)
    assert before != after
    assert (await api.send("GET", f"/tasks/{task_id}", headers={"If-None-Match": before})).status == 200
    assert (await WRITES["patch"](api, task_id, {"If-Match": before})).status == 200


@pytest.mark.parametrize("write", WRITES)
async def test_x_18_a_stale_write_changes_nothing(api: Api, colleague: Api, services: Services, write: str) -> None:
    task_id = await api.made()
    stale = await tag(api, task_id)
    await colleague.patch(task_id, title="Call Bo")
    before = await api.get(task_id)
    answer = await WRITES[write](api, task_id, {"If-Match": stale})
    assert (answer.status, answer.code) == (412, "precondition_failed")
    assert set(answer.body) == {"error", "message"}
    assert await api.get(task_id) == before
    async with services.database.read() as reader:
        kinds = [row["kind"] for row in await events.after(reader, "task", 0)]
    assert kinds == ["task_created", "task_updated"]
    assert (await WRITES[write](api, task_id, {"If-Match": await tag(api, task_id)})).status == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('"1"', 200),
        ('"1-abc"', 200),
        ("*", 200),
        ('"7", "1"', 200),
        ('"7","8-ab" , "1-00"', 200),
        ('"2"', 412),
        ('"0"', 412),
        ("1", 412),
        ('W/"1"', 412),
        ("", 412),
        ('"1', 412),
        ('"x-1"', 412),
        ('"-1"', 412),
        ('"11111111111111111111111"', 412),
        ('"\u0661"', 412),
    ],
)
@pytest.mark.parametrize("write", WRITES)
async def test_x_18_which_tags_match(api: Api, write: str, given: str, status: int) -> None:
    task_id = await api.made()
    assert (await WRITES[write](api, task_id, {"If-Match": given})).status == status
    if status == 412:
        assert (await api.send("GET", f"/tasks/{task_id}", headers={"If-Match": given})).status == 412


@pytest.mark.parametrize("write", WRITES)
async def test_x_18_what_is_not_there_is_not_found(api: Api, stranger: Api, write: str) -> None:
    for given in ("*", '"1"'):
        assert (await WRITES[write](api, "tsk_none", {"If-Match": given})).status == 404
        assert (await WRITES[write](stranger, await api.made(), {"If-Match": given})).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_x_18_what_the_reader_has_is_not_sent_again(api: Api, method: str) -> None:
    task_id = await api.made()
    now = await tag(api, task_id)
    for given in (now, f"W/{now}", f'"9-ab", {now}', "*"):
        answer = await api.send(method, f"/tasks/{task_id}", headers={"If-None-Match": given})
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, {}, now)
    for given in ('"9"', "", '"1"', now.strip('"')):
        assert (await api.send(method, f"/tasks/{task_id}", headers={"If-None-Match": given})).status == 200
    await api.patch(task_id, title="Call Bo")
    assert (await api.send(method, f"/tasks/{task_id}", headers={"If-None-Match": now})).status == 200


async def test_x_18_of_many_who_have_read_the_same_one_writes(api: Api) -> None:
    task_id = await api.made()
    now = await tag(api, task_id)
    answers = await asyncio.gather(
        *(
            api.send("PATCH", f"/tasks/{task_id}", {"title": f"t{number}"}, headers={"If-Match": now})
            for number in range(8)
        )
    )
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    assert (await tag(api, task_id)).startswith('"2-')


async def test_x_18_without_a_tag_the_last_writer_wins_field_by_field(api: Api, colleague: Api) -> None:
    task_id = await api.made()
    await asyncio.gather(api.patch(task_id, title="Call Bo"), colleague.patch(task_id, progress=30))
    await colleague.patch(task_id, title="Call Cy")
    task = await api.get(task_id)
    assert (task["title"], task["progress"]) == ("Call Cy", 30)
