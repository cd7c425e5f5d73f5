"""General Bots: lists of tasks."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Api


@pytest.fixture
async def filled(api: Api, clock: VirtualClock) -> Api:
    """Five tasks, made a minute after one another."""
    tasks: dict[str, dict[str, Any]] = {
        "a": {"priority": "low", "assignee": "user456", "due_date": "2024-02-01T00:00:00Z", "tags": ["x", "y"]},
        "b": {"priority": "critical", "due_date": "2024-02-03T00:00:00Z", "tags": ["y"]},
        "c": {"priority": "high", "assignee": "user456"},
        "d": {"priority": "medium", "assignee": "user789", "due_date": "2024-02-02T00:00:00Z", "tags": ["x", "y", "z"]},
        "e": {"priority": "high", "assignee": "user456", "tags": ["x"]},
    }
    for title, fields in tasks.items():
        await api.made(title=title, **fields)
        clock.advance(timedelta(minutes=1))
    rows = (await api.page()).body["tasks"]
    ids = {row["title"]: row["task_id"] for row in rows}
    for title, status in {"b": "in_progress", "c": "completed", "d": "cancelled"}.items():
        await api.patch(ids[title], status=status)
        clock.advance(timedelta(minutes=1))
    return api


async def test_gb_42_the_answer_is_an_object(filled: Api) -> None:
    answer = await filled.page()
    assert answer.status == 200
    assert {field: answer.body[field] for field in ("total", "page", "limit")} == {"total": 5, "page": 1, "limit": 20}
    assert [row["title"] for row in answer.body["tasks"]] == ["e", "d", "c", "b", "a"]


async def test_gb_43_a_row_has_the_documented_fields(filled: Api) -> None:
    row = (await filled.page()).body["tasks"][4]
    assert row == {
        "task_id": row["task_id"],
        "title": "a",
        "status": "pending",
        "assignee": "user456",
        "priority": "low",
        "due_date": "2024-02-01T00:00:00Z",
        "progress": 0,
    }


FOUND: list[tuple[str, dict[str, Any], str]] = [
    ("gb_44", {"status": "pending"}, "ae"),
    ("gb_44", {"status": "in_progress"}, "b"),
    ("gb_44", {"status": "completed"}, "c"),
    ("gb_44", {"status": "cancelled"}, "d"),
    ("gb_44", {"status": "pending,completed"}, "ace"),
    ("gb_44", {"status": " pending , in_progress,"}, "abe"),
    ("gb_45", {"assignee": "user456"}, "ace"),
    ("gb_45", {"assignee": "nobody"}, ""),
    ("gb_46", {"priority": "low"}, "a"),
    ("gb_46", {"priority": "high"}, "ce"),
    ("gb_46", {"priority": "critical"}, "b"),
    ("gb_46", {"priority": "urgent"}, "b"),
    ("gb_46", {"priority": "low,medium"}, "ad"),
    ("gb_47", {"due_before": "2024-02-02T00:00:00Z"}, "a"),
    ("gb_47", {"due_before": "2024-02-02T00:00:01Z"}, "ad"),
    ("gb_47", {"due_before": "2024-02-02"}, "a"),
    ("gb_48", {"due_after": "2024-02-02T00:00:00Z"}, "b"),
    ("gb_48", {"due_after": "2024-02-01T23:59:59Z"}, "bd"),
    ("gb_48", {"due_after": "2024-02-02T01:00:00+02:00"}, "bd"),
    ("gb_48", {"due_after": "2024-02-01", "due_before": "2024-02-03"}, "d"),
    ("gb_49", {"tags": "x"}, "ade"),
    ("gb_49", {"tags": "y, x"}, "ad"),
    ("gb_49", {"tags": "x,y,z"}, "d"),
    ("gb_49", {"tags": "x,x"}, "ade"),
    ("gb_49", {"tags": "w"}, ""),
    ("gb_58", {"tags": "x", "assignee": "user456", "priority": "high", "status": "pending"}, "e"),
    ("gb_58", {"tags": "x", "assignee": "user456", "due_before": "2024-03-01"}, "a"),
    ("gb_58", {"priority": "high", "status": "in_progress"}, ""),
]


@pytest.mark.parametrize(("query", "expected"), [pytest.param(q, e, id=f"{rule}-{q}") for rule, q, e in FOUND])
async def test_gb_44_to_49_and_58_filters(filled: Api, query: dict[str, Any], expected: str) -> None:
    answer = await filled.page(**query, sort="created_at", order="asc")
    assert "".join(row["title"] for row in answer.body["tasks"]) == expected
    assert answer.body["total"] == len(expected)


async def test_gb_48_an_offset_need_not_be_escaped(filled: Api) -> None:
    answer = await filled.send("GET", "/tasks?due_after=2024-02-02T01:00:00+02:00")
    assert (answer.status, answer.body["total"]) == (200, 2)


async def test_gb_47_due_before_is_strict_and_leaves_out_what_is_never_due(filled: Api) -> None:
    assert await filled.titles(due_before="2024-02-01T00:00:00Z") == []
    assert await filled.titles(due_before="9999-12-31T00:00:00Z") == ["d", "b", "a"]


async def test_gb_48_due_after_is_strict_and_leaves_out_what_is_never_due(filled: Api) -> None:
    assert await filled.titles(due_after="2024-02-03T00:00:00Z") == []
    assert await filled.titles(due_after="2000-01-01T00:00:00Z") == ["d", "b", "a"]


REFUSED: list[tuple[str, str, str]] = [
    ("gb_44", "status=done", "invalid_status"),
    ("gb_44", "status=pending,done", "invalid_status"),
    *(("gb_44", f"status={nothing}", "invalid_status") for nothing in ("", ",", "%20", "&status=,")),
    ("gb_46", "priority=asap", "invalid_priority"),
    ("gb_46", "priority=", "invalid_priority"),
    ("gb_47", "due_before=", "invalid_due_before"),
    ("gb_48", "due_after=", "invalid_due_after"),
    ("gb_47", "due_before=soon", "invalid_due_before"),
    ("gb_47", "due_before=0001-01-01T00:00:00%2B14:00", "invalid_due_before"),
    ("gb_48", "due_after=12", "invalid_due_after"),
    *(("gb_50", f"page={page}", "invalid_page") for page in ("0", "-1", "x", "", "1.5", "%2B1", "%D9%A1", "1" * 5000)),
    *(("gb_51", f"limit={limit}", "invalid_limit") for limit in ("0", "-1", "x", "", "1e3", "9" * 19)),
    ("gb_52", "sort=title", "invalid_sort"),
    ("gb_52", "sort=due_at", "invalid_sort"),
    ("gb_52", "sort=", "invalid_sort"),
    ("gb_54", "order=", "invalid_order"),
    ("x_12", "include=", "invalid_include"),
    ("x_12", "include=everything", "invalid_include"),
    ("gb_54", "order=up", "invalid_order"),
    ("gb_54", "order=DESC", "invalid_order"),
]


@pytest.mark.parametrize(("query", "code"), [pytest.param(q, c, id=f"{rule}-{q[:40]}") for rule, q, c in REFUSED])
async def test_gb_44_to_54_bad_parameters_are_refused(filled: Api, query: str, code: str) -> None:
    answer = await filled.send("GET", f"/tasks?{query}")
    assert (answer.status, answer.code) == (400, code)
    assert len(answer.body["message"]) < 300


@pytest.mark.parametrize("name", ["page", "limit"])
async def test_gb_50_51_a_number_that_is_too_large_is_told_how_large_it_may_be(filled: Api, name: str) -> None:
    answer = await filled.send("GET", f"/tasks?{name}=99999999999999999999")
    wanted = "to be a whole number from 1 to 999999999999999999, got 99999999999999999999"
    assert (answer.status, answer.body["message"]) == (400, f"Expected {name} {wanted}")
    largest = await filled.send("GET", f"/tasks?{name}=999999999999999999")
    assert largest.status == 200


@pytest.mark.parametrize(
    "query",
    [
        "assignee=%ED%A0%80",
        "assignee=%00",
        "tags=%FF",
        "tags=%00",
        "assignee=",
        "tags=",
        "tags=,%20",
        "unheard=of",
        "%FF=%FF",
    ],
)
async def test_odd_parameters_are_no_fault_of_ours(filled: Api, query: str) -> None:
    assert (await filled.send("GET", f"/tasks?{query}")).status == 200


async def test_gb_50_pages_start_at_one_and_end_empty(filled: Api) -> None:
    assert await filled.titles(limit=2) == ["e", "d"]
    assert await filled.titles(limit=2, page=3) == ["a"]
    for page in (4, 10**17):
        answer = await filled.page(limit=2, page=page)
        assert (answer.status, answer.body) == (200, {"tasks": [], "total": 5, "page": page, "limit": 2})


async def test_gb_51_a_page_has_twenty_and_at_most_a_hundred(filled: Api) -> None:
    for number in range(100):
        await filled.made(title=str(number))
    assert len(await filled.titles()) == 20
    answer = await filled.page(limit=1000)
    assert (answer.body["limit"], answer.body["total"], len(answer.body["tasks"])) == (100, 105, 100)
    assert len(await filled.titles(limit=100)) == 100


SORTED = [
    ({"sort": "created_at", "order": "asc"}, "abcde"),
    ({"sort": "created_at", "order": "desc"}, "edcba"),
    ({"sort": "updated_at", "order": "desc"}, "dcbea"),
    ({"sort": "updated_at", "order": "asc"}, "aebcd"),
    ({"sort": "priority", "order": "desc"}, "becda"),
    ({"sort": "priority", "order": "asc"}, "adceb"),
    ({"sort": "due_date", "order": "asc"}, "adbce"),
    ({"sort": "due_date", "order": "desc"}, "bdaec"),
    ({"sort": "due_date"}, "bdaec"),
    ({}, "edcba"),
]


@pytest.mark.parametrize(("query", "expected"), SORTED)
async def test_gb_52_to_55_orders(filled: Api, query: dict[str, str], expected: str) -> None:
    assert "".join(await filled.titles(**query)) == expected


async def test_gb_53_priority_is_ordered_by_urgency(filled: Api) -> None:
    assert (await filled.titles(sort="priority"))[0] == "b"
    assert (await filled.titles(sort="priority", order="asc"))[0] == "a"


async def test_gb_54_the_newest_come_first_unless_asked(filled: Api) -> None:
    assert await filled.titles(order="desc") == await filled.titles()


async def test_gb_55_what_is_never_due_comes_last_either_way(filled: Api) -> None:
    for order in ("asc", "desc"):
        assert set((await filled.titles(sort="due_date", order=order))[-2:]) == {"c", "e"}


async def test_gb_56_the_total_is_that_of_all_pages(filled: Api) -> None:
    answer = await filled.page(priority="high", limit=1)
    assert (len(answer.body["tasks"]), answer.body["total"]) == (1, 2)


@pytest.mark.parametrize("sort", ["created_at", "due_date", "priority", "updated_at"])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_gb_57_walking_the_pages_gives_each_task_once(api: Api, sort: str, order: str) -> None:
    for number in range(11):  # all at one moment
        await api.made(title=str(number), priority="high" if number % 2 else "low")
    seen = [title for page in range(1, 5) for title in await api.titles(sort=sort, order=order, limit=3, page=page)]
    assert len(seen) == 11
    assert set(seen) == {str(number) for number in range(11)}


async def test_x_12_scheduled_tasks_are_listed_when_asked_for(filled: Api) -> None:
    await filled.made(title="s", bot="support", schedule="every hour")
    assert "s" not in await filled.titles()
    assert await filled.titles(include="scheduled", limit=1) == ["s"]
    assert (await filled.page()).body["total"] == 5


async def test_more_tags_than_a_task_can_have_are_refused(api: Api) -> None:
    answer = await api.page(tags=",".join(f"t{number}" for number in range(1200)))
    assert (answer.status, answer.code) == (400, "invalid_tags")
    assert answer.body["message"] == "Expected at most 100 tags, got 1200"
