"""General Bots: reading one task and changing it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, bare
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import STATUSES, Status
from tasktalk.runtime.work import UnitOfWork
from tests.bots.dialects.conftest import SOON, Api


async def test_gb_26_get_has_the_documented_fields(api: Api) -> None:
    answer = await api.send("GET", f"/tasks/{await api.made()}")
    assert answer.status == 200
    documented = (
        "task_id title description status assignee priority due_date created_at updated_at progress "
        "time_spent_minutes comments_count attachments_count"
    )
    assert set(documented.split()) <= set(answer.body)


async def test_gb_27_the_assignee_is_an_object(api: Api, colleague: Api, stranger: Api) -> None:
    known = (await api.get(await api.made(assignee="user456")))["assignee"]
    assert known == {"user_id": "user456", "name": "Jane Smith", "avatar_url": None}
    unknown = (await api.get(await api.made(assignee="user999")))["assignee"]
    assert unknown == {"user_id": "user999", "name": None, "avatar_url": None}
    foreign = (await api.get(await api.made(assignee="user000")))["assignee"]
    assert foreign["name"] is None
    assert (await api.get(await api.made()))["assignee"] is None


async def test_gb_28_the_assignee_is_an_object_in_get_and_a_text_in_the_list(api: Api) -> None:
    task_id = await api.made(assignee="user456")
    assert (await api.get(task_id))["assignee"]["user_id"] == "user456"
    assert (await api.page()).body["tasks"][0]["assignee"] == "user456"


@pytest.mark.parametrize("progress", [0, 1, 60, 100])
async def test_gb_29_progress_is_a_whole_per_cent(api: Api, progress: int) -> None:
    task_id = await api.made()
    await api.patch(task_id, progress=progress)
    got = (await api.get(task_id))["progress"]
    assert (got, type(got)) == (progress, int)


@pytest.mark.parametrize("progress", [-1, 101, 0.5, "60", None, True, [], 10**30])
async def test_gb_29_other_progress_is_refused(api: Api, progress: object) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, progress=progress)
    assert (answer.status, answer.code) == (400, "invalid_progress")


async def test_gb_30_time_spent_starts_at_nought_and_is_whole(api: Api) -> None:
    task_id = await api.made()
    assert (await api.get(task_id))["time_spent_minutes"] == 0
    assert (await api.patch(task_id, time_spent_minutes=45)).body["updated_fields"] == ["time_spent_minutes"]
    got = (await api.get(task_id))["time_spent_minutes"]
    assert (got, type(got)) == (45, int)


@pytest.mark.parametrize("value", [-1, 0.5, "45", None, True, 10**300])
async def test_gb_30_other_time_spent_is_refused(api: Api, value: object) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, time_spent_minutes=value)
    assert (answer.status, answer.code) == (400, "invalid_time_spent")


async def test_gb_33_updated_at_moves_with_every_change(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    got = await api.get(task_id)
    assert got["updated_at"] == got["created_at"]
    clock.advance(timedelta(minutes=1))
    assert (await api.patch(task_id, progress=5)).body["updated_at"] == "2024-01-15T10:01:00Z"
    clock.advance(timedelta(minutes=1))
    await api.complete(task_id)
    got = await api.get(task_id)
    assert (got["created_at"], got["updated_at"]) == ("2024-01-15T10:00:00Z", "2024-01-15T10:02:00Z")


async def test_gb_34_the_answer_of_an_update(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    clock.advance(timedelta(hours=4, minutes=30))
    answer = await api.patch(task_id, status="in_progress", progress=60, assignee="user789")
    assert (answer.status, answer.body) == (
        200,
        {
            "task_id": task_id,
            "updated": True,
            "updated_fields": ["status", "progress", "assignee"],
            "updated_at": "2024-01-15T14:30:00Z",
        },
    )


async def test_gb_35_updated_fields_are_in_the_order_sent(api: Api) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, due_date=SOON, assignee="user789", status="in_progress", title="New")
    assert answer.body["updated_fields"] == ["due_date", "assignee", "status", "title"]


async def test_gb_36_fields_that_are_not_sent_keep_their_value(api: Api) -> None:
    fields: dict[str, Any] = {"description": "d", "assignee": "a", "due_date": SOON, "priority": "high", "tags": ["t"]}
    task_id = await api.made(**fields, context={"k": 1})
    before = await api.get(task_id)
    await api.patch(task_id, progress=10)
    assert await api.get(task_id) == {**before, "progress": 10}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "New"),
        ("description", "new"),
        ("status", "in_progress"),
        ("priority", "critical"),
        ("due_date", SOON),
        ("tags", ["x"]),
        ("progress", 7),
        ("context", {"k": "v"}),
        ("time_spent_minutes", 12),
    ],
)
async def test_gb_37_every_documented_field_can_be_changed(api: Api, field: str, value: object) -> None:
    task_id = await api.made()
    assert (await api.patch(task_id, **{field: value})).body["updated_fields"] == [field]
    assert (await api.get(task_id))[field] == value


@pytest.mark.parametrize(
    ("field", "value"), [("description", ""), ("assignee", None), ("due_date", None), ("tags", []), ("context", {})]
)
async def test_gb_37_what_may_be_empty_can_be_emptied(api: Api, field: str, value: object) -> None:
    task_id = await api.made(description="d", assignee="a", due_date=SOON, tags=["t"], context={"k": 1})
    assert (await api.patch(task_id, **{field: value})).body["updated_fields"] == [field]
    assert (await api.get(task_id))[field] == value


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("colour", "unknown_field"),
        ("Title", "unknown_field"),
        ("", "unknown_field"),
        ("task_id", "read_only_field"),
        ("created_at", "read_only_field"),
        ("created_by", "read_only_field"),
        ("schedule", "read_only_field"),
    ],
)
async def test_gb_37_other_fields_are_refused_and_nothing_is_changed(api: Api, field: str, code: str) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, title="New", **{field: "x"})
    assert (answer.status, answer.code) == (400, code)
    assert (await api.get(task_id))["title"] == "Call Ana"


async def test_gb_38_an_empty_update_changes_nothing(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    clock.advance(timedelta(minutes=1))
    answer = await api.patch(task_id)
    assert (answer.status, answer.body) == (
        200,
        {"task_id": task_id, "updated": False, "updated_fields": [], "updated_at": "2024-01-15T10:00:00Z"},
    )


async def test_gb_39_a_field_with_its_present_value_is_not_listed(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made(priority="high", tags=["a"], due_date=SOON)
    clock.advance(timedelta(days=30))  # the due date has passed, and may stay
    answer = await api.patch(task_id, priority="high", progress=5, tags=["a"], due_date=SOON, title="Call Ana")
    assert answer.body["updated_fields"] == ["progress"]


async def test_gb_40_completing_by_an_update_is_completing(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    clock.advance(timedelta(hours=1))
    assert (await api.patch(task_id, status="completed")).body["updated_fields"] == ["status"]
    got = await api.get(task_id)
    assert (got["completed_at"], got["completed_by"], got["progress"]) == ("2024-01-15T11:00:00Z", "user123", 100)
    again = await api.made()
    await api.patch(again, status="cancelled")
    refused = await api.patch(again, status="completed")
    assert (refused.status, refused.code) == (409, "invalid_transition")


@pytest.mark.parametrize("status", ["pending", "in_progress", "completed", "cancelled"])
async def test_gb_41_the_four_statuses(api: Api, status: str) -> None:
    task_id = await api.made()
    assert (await api.patch(task_id, status=status)).status == 200
    assert (await api.get(task_id))["status"] == status


@pytest.mark.parametrize("status", ["waiting", "failed", "needs_help", "PENDING", "", None, 1, True, ["pending"], {}])
async def test_gb_41_there_are_no_others(api: Api, status: object) -> None:
    answer = await api.patch(await api.made(), status=status)
    assert (answer.status, answer.code) == (400, "invalid_status")


@pytest.mark.parametrize("status", STATUSES)
async def test_x_08_writing_back_what_was_read_keeps_the_finer_state(
    api: Api, services: Services, status: Status
) -> None:
    task_id = await api.made(priority="urgent")
    work = UnitOfWork(services.database, services.clock.now())
    tasks = Tasks(work, Actor("ana", "default", "test"))
    await tasks.update(task_id, {"status": status, "time_spent_minutes": 45.4})
    await work.commit()
    shown = await api.get(task_id)
    sent = {field: shown[field] for field in ("status", "priority", "due_date", "time_spent_minutes", "progress")}
    assert (await api.patch(task_id, **sent)).body["updated_fields"] == []
    kept = await UnitOfWork(services.database, services.clock.now()).task(bare(task_id))
    assert kept is not None
    assert (kept["status"], kept["time_spent_minutes"]) == (status, 45.4)


async def test_x_18_writers_of_different_fields_at_once_all_succeed(api: Api) -> None:
    task_id = await api.made()
    fields: dict[str, Any] = {"title": "New", "priority": "low", "progress": 9, "tags": ["t"], "description": "d"}
    answers = await asyncio.gather(*(api.patch(task_id, **{field: value}) for field, value in fields.items()))
    assert [answer.body.get("updated_fields") for answer in answers] == [[field] for field in fields]
    got = await api.get(task_id)
    assert {field: got[field] for field in fields} == fields


async def test_x_18_of_writers_of_one_field_one_is_last(api: Api) -> None:
    task_id = await api.made()
    answers = await asyncio.gather(*(api.patch(task_id, progress=number) for number in range(1, 13)))
    assert {answer.status for answer in answers} == {200}
    assert (await api.get(task_id))["progress"] in range(1, 13)
