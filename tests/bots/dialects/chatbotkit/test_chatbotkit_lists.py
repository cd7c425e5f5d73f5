"""ChatBotKit: lists of tasks (CBK-53 to CBK-62)."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.dialects.chatbotkit import cursors
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.chatbotkit.conftest import Kit, ms


async def make(kit: Kit, clock: VirtualClock, *names: str, **fields: Any) -> list[str]:
    """Tasks of these names, a second apart; their ids."""
    ids = []
    for name in names:
        ids.append(await kit.made(name=name, **fields))
        clock.advance(timedelta(seconds=1))
    return ids


async def test_cbk_53_and_54_the_newest_come_first_unless_asked_otherwise(kit: Kit, clock: VirtualClock) -> None:
    await make(kit, clock, "a", "b", "c")
    assert await kit.names() == ["c", "b", "a"]
    assert await kit.names(order="desc") == ["c", "b", "a"]
    assert await kit.names(order="asc") == ["a", "b", "c"]


async def test_cbk_53_tasks_of_one_moment_keep_their_order(kit: Kit) -> None:
    for name in "abc":
        await kit.made(name=name)
    assert await kit.names() == ["c", "b", "a"]


async def test_cbk_54_and_55_and_57_what_cannot_be_asked_is_refused(kit: Kit) -> None:
    for query in [
        {"order": "up"},
        {"order": "ASC"},
        {"take": "0"},
        {"take": "-1"},
        {"take": "x"},
        {"take": "1.5"},
        {"take": ""},
        {"take": "9" * 40},
        {"status": "done"},
        {"status": "cancelled"},
        {"cursor": "garbage"},
        {"cursor": "%00"},
        {"cursor": "eyJpZCI6MX0"},
        {"cursor": "e30"},
        {"cursor": "W10"},
        {"cursor": "x" * 5000},
    ]:
        for path in ("/task/list", "/task/export"):
            if path == "/task/export" and "status" in query:
                continue
            answer = await kit.send("GET", path, params=query)
            assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
            assert next(iter(query)) in answer.body["message"]
            assert "take" not in query or "a whole number from 1 to 100, got" in answer.body["message"]


async def test_cbk_55_a_page_has_25_and_100_at_most(kit: Kit) -> None:
    for _ in range(103):
        await kit.made()
    assert [len(await kit.names()), len(await kit.names(take=3)), len(await kit.names(take=5000))] == [25, 3, 100]


async def test_cbk_56_a_page_has_items_and_a_cursor_which_is_empty_on_the_last(kit: Kit) -> None:
    assert (await kit.page()).body == {"items": [], "cursor": ""}
    await kit.made(name="a")
    await kit.made(name="b")
    assert (await kit.page(take=1)).body["cursor"] != ""
    assert (await kit.page(take=2)).body["cursor"] == ""


async def test_cbk_57_a_cursor_is_base64_of_an_id(kit: Kit) -> None:
    await kit.made()
    task_id = await kit.made()
    cursor = (await kit.page(take=1)).body["cursor"]
    assert json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) == {"id": task_id}
    assert "=" not in cursor
    assert (await kit.page(cursor="eyJpZCI6InRhc2tfYWJjMTIzIn0")).status == 200


@pytest.mark.parametrize("task_id", ["task_abc123", "task_01jwmckg0000002zayhj0j1nhz", "run_1", "x"])
def test_cbk_57_a_cursor_is_read_as_it_is_written(task_id: str) -> None:
    assert cursors.read(cursors.written(task_id)) == task_id


def test_cbk_57_the_documents_own_cursor() -> None:
    assert cursors.written("task_abc123") == "eyJpZCI6InRhc2tfYWJjMTIzIn0"


def test_cbk_57_what_is_nested_without_end_is_no_cursor() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 290).decode()
    with pytest.raises(Refused, match="cursor"):
        cursors.read(deep)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_cbk_58_following_cursors_gives_each_task_once(kit: Kit, clock: VirtualClock, order: str) -> None:
    await make(kit, clock, *"abcdefg")
    found, cursor = [], ""
    while True:
        page = (await kit.page(take=2, order=order, cursor=cursor)).body
        found += [item["name"] for item in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert found == (list("abcdefg") if order == "asc" else list("gfedcba"))


async def test_cbk_58_a_cursor_goes_on_when_its_own_task_is_gone(kit: Kit, clock: VirtualClock) -> None:
    ids = await make(kit, clock, *"abcde")
    page = (await kit.page(take=2)).body
    await kit.delete(ids[3])  # d, at which the cursor stands
    await kit.delete(ids[1])
    await make(kit, clock, "new")
    assert await kit.names(cursor=page["cursor"]) == ["c", "a"]


async def test_cbk_59_items_have_what_a_task_has(kit: Kit) -> None:
    task_id = await kit.made(name="Report", schedule="daily", meta={"a": 1})
    assert (await kit.page()).body["items"] == [await kit.fetch(task_id)]


async def test_cbk_60_an_account_lists_its_own(kit: Kit, other_account: Kit) -> None:
    await kit.made(name="mine", meta={"a": "b"}, botId="support")
    await other_account.made(name="theirs", meta={"a": "b"}, botId="support")
    assert await kit.names() == ["mine"]
    assert await kit.names(**{"meta.a": "b", "botId": "support"}) == ["mine"]


async def test_cbk_61_filters(kit: Kit, clock: VirtualClock, contact: str) -> None:
    await make(kit, clock, "bot", botId="support")
    await make(kit, clock, "both", botId="support", contactId=contact)
    await make(kit, clock, "none")
    assert await kit.names(botId="support") == ["both", "bot"]
    assert await kit.names(contactId=contact) == ["both"]
    assert await kit.names(botId="support", contactId=contact) == ["both"]
    assert await kit.names(botId="support", contactId="ct_2") == []
    assert await kit.names(botId="other") == []
    assert await kit.names(botId="", contactId="", status="", order="", cursor="") == ["none", "both", "bot"]
    assert await kit.names(status="idle", take=1) == ["none"]
    assert await kit.names(status="running") == []


@pytest.mark.parametrize(
    ("said", "value"),
    [("b", "b"), ("1", 1), ("1.5", 1.5), ("true", True), ("null", None), ("", ""), ("ü x", "ü x"), ("1", "1")],
)
async def test_cbk_61_meta_is_found_by_what_it_says(kit: Kit, said: str, value: object) -> None:
    task_id = await kit.made(name="found", meta={"a": value, "x": "y"})
    await kit.made(name="other", meta={"a": "else", "x": "y"})
    await kit.made(name="bare")
    assert await kit.names(**{"meta.a": said}) == ["found"]
    assert await kit.names(**{"meta.a": said, "meta.x": "y"}) == ["found"]
    assert await kit.names(**{"meta.a": said, "meta.x": "z"}) == []
    assert await kit.names(**{"meta.x": "y"}) == ["other", "found"]
    await kit.updated(task_id, meta={"a": "new", "x": "y"})
    assert await kit.names(**{"meta.a": said}) == []
    assert await kit.names(**{"meta.a": "new"}) == ["found"]
    await kit.updated(task_id, meta=None)
    assert await kit.names(**{"meta.x": "y"}) == ["other"]


async def test_cbk_61_pages_of_what_is_found_by_meta(kit: Kit, clock: VirtualClock) -> None:
    await make(kit, clock, *"abc", meta={"k.d": "v"})
    page = (await kit.page(take=2, **{"meta.k.d": "v"})).body
    assert [item["name"] for item in page["items"]] == ["c", "b"]
    assert await kit.names(cursor=page["cursor"], **{"meta.k.d": "v"}) == ["a"]


async def test_cbk_61_an_entry_is_not_two_things_at_once(kit: Kit) -> None:
    answer = await kit.send("GET", "/task/list?meta.a=b&meta.a=c")
    assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")


async def test_cbk_61_what_is_too_long_to_be_found_is_kept_all_the_same(kit: Kit) -> None:
    long = "x" * 300
    task_id = await kit.made(meta={"a": long, long: "b"})
    assert await kit.names(**{"meta.a": long}) == []
    assert (await kit.fetch(task_id))["meta"] == {"a": long, long: "b"}


async def test_cbk_62_and_67_lines_of_json_where_they_are_wanted(kit: Kit, clock: VirtualClock) -> None:
    await make(kit, clock, "a", "b", "ü\n")
    text, answer = await kit.text("GET", "/task/list?take=2", headers={"Accept": "application/jsonl"})
    assert answer.headers["Content-Type"] == "application/jsonl"
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["type"] for line in lines] == ["item", "item"]
    assert [line["data"] for line in lines] == (await kit.page(take=2)).body["items"]
    assert await kit.names(cursor=answer.headers["x-cursor"]) == ["a"]
    text, answer = await kit.text("GET", "/task/list?botId=none", headers={"Accept": "application/jsonl"})
    assert (text, answer.status) == ("", 200)


async def test_cbk_98_a_contacts_tasks(kit: Kit, clock: VirtualClock, contact: str, other_account: Kit) -> None:
    await make(kit, clock, "a", "b", contactId=contact)
    await make(kit, clock, "c")
    answer = await kit.send("GET", f"/contact/{contact}/task/list?take=1")
    assert [item["name"] for item in answer.body["items"]] == ["b"]
    assert answer.body["cursor"] != ""
    for each in (
        kit.send("GET", "/contact/ct_none/task/list"),
        other_account.send("GET", f"/contact/{contact}/task/list"),
    ):
        refused = await each
        assert (refused.status, refused.body["code"]) == (404, "NOT_FOUND")


async def test_x_11_times_in_lists_are_milliseconds(kit: Kit) -> None:
    await kit.made(schedule="2025-12-25")
    (item,) = (await kit.page()).body["items"]
    assert (item["createdAt"], item["nextRunAt"]) == (ms(2025, 6, 1), ms(2025, 12, 25))
