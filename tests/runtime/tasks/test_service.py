"""What can be done with tasks, and what follows from it."""

import asyncio
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports, spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import tables
from tasktalk.storage.database import Database
from tasktalk.storage.listing import TaskFilter
from tasktalk.storage.writes import Conflict
from tests.runtime.tasks.conftest import NOW, Within

SCHEDULED = NewTask("Stand-up", bot="standup", schedule="0 9 * * *", timezone="Europe/Berlin")


async def rows(database: Database, name: str) -> list[dict[str, Any]]:
    table = tables.metadata.tables[name]
    async with database.read() as reader:
        return await reader.rows(select(table).order_by(*table.primary_key.columns))


async def kinds(database: Database) -> list[str]:
    return [row["kind"] for row in await rows(database, "event")]


async def created(tasks: Within, new: NewTask = NewTask("Call Ana")) -> str:  # noqa: B008
    unit = tasks()
    task = await unit.create(new)
    await unit.work.commit()
    return task.id


async def test_a_task_starts_with_its_defaults(tasks: Within) -> None:
    task = await tasks().create(NewTask("  Call Ana "))
    assert asdict(task) == {
        "id": task.id, "organisation_id": "default", "title": "Call Ana", "description": "", "status": "pending",
        "priority": "medium", "assignee": None, "due_at": None, "progress": 0, "time_spent_minutes": 0.0, "tags": [],
        "context": {}, "resolution": None, "outcomes": None, "bot": None, "created_by": "ana", "completed_by": None,
        "created_at": NOW, "updated_at": NOW, "started_at": None, "completed_at": None, "version": 1,
        "comments_count": 0, "attachments_count": 0, "checklist": None,
        "is_scheduled": False, "contact_id": None, "session_ms": None, "retries": 0,
        "is_due_by_sla": False, "own_sla": None, "space_id": None, "assignee_type": None, "external_id": None,
        "is_once": False, "origin": None,
    }  # fmt: skip


async def test_what_is_stored_is_what_was_made(tasks: Within) -> None:
    unit = tasks()
    new = NewTask(
        "Ähm 🙂", "d", "in_progress", "urgent", "bo", NOW + timedelta(days=1), ["b", "a", "b"], {"k": [1, 1.5]}
    )
    made = await unit.create(new)
    await unit.work.commit()
    assert await tasks().get(made.id) == made
    assert made.started_at == NOW


async def test_a_unit_reads_back_its_own_changes_before_they_are_committed(tasks: Within) -> None:
    unit = tasks()
    task = await unit.create(NewTask("Call Ana"))
    await unit.update(task.id, {"priority": "high"})
    await unit.update(task.id, {"progress": 40})
    again = await unit.get(spelled(task.id))
    assert (again.priority, again.progress, again.version) == ("high", 40, 3)
    with pytest.raises(Refused, match="not found"):
        await tasks().get(task.id)
    await unit.work.commit()
    assert await tasks().get(task.id) == again


@pytest.mark.parametrize("spelling", ["{}", "tsk_{}", "task_{}", "TSK_{}", " tsk_{} "])
async def test_an_id_is_understood_in_any_spelling(tasks: Within, spelling: str) -> None:
    task_id = await created(tasks)
    assert (await tasks().get(spelling.format(task_id))).id == task_id


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", None, "missing_title"),
        ("title", " \t", "missing_title"),
        ("title", 5, "missing_title"),
        ("title", "half \ud800", "invalid_title"),
        ("title", "nul \0", "invalid_title"),
        ("description", 5, "invalid_description"),
        ("status", "done", "invalid_status"),
        ("status", ["pending"], "invalid_status"),
        ("priority", "asap", "invalid_priority"),
        ("priority", None, "invalid_priority"),
        ("assignee", "", "invalid_assignee"),
        ("assignee", {"user_id": "x"}, "invalid_assignee"),
        ("due_at", "tomorrow", "invalid_due_date"),
        ("due_at", NOW, "invalid_due_date"),
        ("due_at", NOW.replace(tzinfo=None), "invalid_due_date"),
        ("tags", "a", "invalid_tags"),
        ("tags", ["a", 1], "invalid_tags"),
        ("tags", [" "], "invalid_tags"),
        ("tags", ["t"] * 101, "invalid_tags"),
        ("context", [], "invalid_context"),
        ("context", {"k": float("nan")}, "invalid_context"),
        ("context", {"k": object()}, "invalid_context"),
        ("context", {"k": "\ud800"}, "invalid_context"),
    ],
)
async def test_a_bad_value_is_refused_with_its_code_and_nothing_is_written(
    tasks: Within, field: str, value: object, code: str
) -> None:
    unit = tasks()
    with pytest.raises(Refused) as refused:
        await unit.create(NewTask(**{"title": "t", field: value}))
    assert refused.value.code == code
    task_id = await created(tasks)
    unit = tasks()
    with pytest.raises(Refused) as refused:
        await unit.update(task_id, {"description": "new", field: value})
    assert refused.value.code == code
    assert unit.work.writes.writes == []


@pytest.mark.parametrize("value", [-1, 101, 1.5, True, "50", None, 10**400, float("nan"), float("inf")])
async def test_progress_is_a_whole_number_of_per_cent(tasks: Within, value: object) -> None:
    task_id = await created(tasks)
    with pytest.raises(Refused) as refused:
        await tasks().update(task_id, {"progress": value})
    assert refused.value.code == "invalid_progress"


@pytest.mark.parametrize("value", [-1, True, "50", None, 10**400, float("nan"), float("inf")])
async def test_time_spent_is_a_number_of_minutes(tasks: Within, value: object) -> None:
    task_id = await created(tasks)
    with pytest.raises(Refused) as refused:
        await tasks().update(task_id, {"time_spent_minutes": value})
    assert refused.value.code == "invalid_time_spent"


async def test_a_context_that_holds_itself_is_refused(tasks: Within) -> None:
    context: dict[str, object] = {}
    context["me"] = context
    with pytest.raises(Refused) as refused:
        await tasks().create(NewTask("t", context=context))
    assert refused.value.code == "invalid_context"


async def test_a_date_in_a_context_is_kept_as_text(tasks: Within) -> None:
    task = await tasks().create(NewTask("t", context={"when": NOW}))
    assert task.context == {"when": "2024-01-15T10:00:00Z"}


async def test_one_and_true_are_different_in_a_context(tasks: Within) -> None:
    task_id = await created(tasks, NewTask("t", context={"k": 1}))
    task, changed = await tasks().update(task_id, {"context": {"k": True}})
    assert changed == ["context"]
    assert json.dumps(task.context) == '{"k": true}'


async def test_changes_are_named_in_the_order_in_which_they_were_asked_for(tasks: Within) -> None:
    task_id = await created(tasks)
    _, changed = await tasks().update(
        task_id, {"progress": 3, "title": "Call Ana", "assignee": "bo", "priority": "low"}
    )
    assert changed == ["progress", "assignee", "priority"]


async def test_an_update_that_changes_nothing_writes_nothing(tasks: Within) -> None:
    task_id = await created(tasks)
    unit = tasks()
    task, changed = await unit.update(task_id, {"title": "Call Ana", "status": "pending"})
    assert (task.version, changed, unit.work.writes.writes) == (1, [], [])


async def test_every_change_is_one_event(tasks: Within, database: Database) -> None:
    task_id = await created(tasks, NewTask("t", tags=["a"]))
    for changes in ({"status": "in_progress", "due_at": NOW + timedelta(hours=1)}, {"status": "completed"}):
        unit = tasks(Actor("bo", "default", "general_bots"))
        await unit.update(task_id, changes)
        await unit.work.commit()
    unit = tasks()
    await unit.delete(task_id)
    await unit.work.commit()
    events = await rows(database, "event")
    assert [(row["kind"], row["actor"], row["source"]) for row in events] == [
        ("task_created", "ana", "test"),
        ("task_updated", "bo", "general_bots"),
        ("task_completed", "bo", "general_bots"),
        ("task_deleted", "ana", "test"),
    ]
    assert {row["subject_id"] for row in events} == {task_id}
    assert events[0]["changes"] == {
        "title": [None, "t"], "status": [None, "pending"], "priority": [None, "medium"], "tags": [None, ["a"]],
    }  # fmt: skip
    assert events[1]["changes"] == {
        "status": ["pending", "in_progress"],
        "due_at": [None, "2024-01-15T11:00:00Z"],
        "started_at": [None, "2024-01-15T10:00:00Z"],
    }
    assert events[2]["changes"]["completed_by"] == [None, "bo"]


async def test_tags_can_be_searched_as_they_stand(tasks: Within, database: Database) -> None:
    task_id = await created(tasks, NewTask("t", tags=["b", "a", "b"]))
    unit = tasks()
    await unit.update(task_id, {"tags": ["c", "a"]})
    await unit.work.commit()
    assert {row["tag"] for row in await rows(database, "task_tag")} == {"a", "c"}
    assert (await tasks().get(task_id)).tags == ["c", "a"]


async def test_two_who_change_one_task_at_once_conflict(tasks: Within) -> None:
    task_id = await created(tasks)
    first, second = tasks(), tasks()
    await first.update(task_id, {"priority": "high"})
    await second.update(task_id, {"title": "Call Bo"})
    await first.work.commit()
    with pytest.raises(Conflict):
        await second.work.commit()


async def test_two_who_delete_one_task_at_once_conflict(tasks: Within, database: Database) -> None:
    task_id = await created(tasks)
    first, second = tasks(), tasks()
    await first.delete(task_id)
    await second.delete(task_id)
    await first.work.commit()
    with pytest.raises(Conflict):
        await second.work.commit()
    assert (await kinds(database)).count("task_deleted") == 1


@pytest.mark.parametrize("status", ["completed", "failed"])
async def test_an_ended_task_cannot_end_otherwise(tasks: Within, status: str) -> None:
    task_id = await created(tasks, NewTask("t", status="cancelled"))
    with pytest.raises(Refused) as refused:
        await tasks().update(task_id, {"status": status})
    assert refused.value.code == "invalid_transition"


async def test_an_ended_task_can_be_opened_again(tasks: Within) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t"))
    await unit.complete(task.id)
    task, changed = await unit.update(task.id, {"status": "in_progress", "progress": 50})
    assert changed == ["status", "progress"]
    assert (task.completed_at, task.completed_by, task.progress) == (None, None, 50)


async def test_a_completed_task_has_all_its_progress(tasks: Within) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t"))
    task, changed = await unit.update(task.id, {"progress": 30, "status": "completed"})
    assert (task.progress, changed) == (100, ["status"])
    with pytest.raises(Refused) as refused:
        await unit.update(task.id, {"progress": 30})
    assert refused.value.code == "invalid_progress"


async def test_completing_again_changes_nothing(tasks: Within, clock: VirtualClock, database: Database) -> None:
    task_id = await created(tasks)
    unit = tasks()
    await unit.complete(task_id, "fine", 90, ["happy"])
    await unit.work.commit()
    clock.advance(timedelta(hours=1))
    unit = tasks(Actor("bo", "default", "test"))
    task = await unit.complete(task_id, "better", 5, [])
    assert unit.work.writes.writes == []
    assert (task.resolution, task.time_spent_minutes, task.outcomes) == ("fine", 90, ["happy"])
    assert (task.completed_by, task.completed_at) == ("ana", NOW)
    assert (await kinds(database)).count("task_completed") == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"resolution": 5}, "invalid_resolution"),
        ({"outcomes": "good"}, "invalid_outcomes"),
        ({"outcomes": [None]}, "invalid_outcomes"),
        ({"time_spent_minutes": "90"}, "invalid_time_spent"),
    ],
)
async def test_a_bad_completion_is_refused(tasks: Within, given: dict[str, object], code: str) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t"))
    with pytest.raises(Refused) as refused:
        await unit.complete(task.id, **given)
    assert refused.value.code == code
    assert (await unit.get(task.id)).status == "pending"


async def test_another_organisations_task_is_not_there(tasks: Within) -> None:
    task_id = await created(tasks)
    stranger = Actor("eve", "other", "test")
    for attempt in (
        tasks(stranger).get(task_id),
        tasks(stranger).update(task_id, {"title": "mine"}),
        tasks(stranger).complete(task_id),
        tasks(stranger).delete(task_id),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "task_not_found"
    assert await tasks(stranger).page(TaskFilter()) == ([], 0)


async def test_a_scheduled_task_has_a_schedule_with_its_next_time(tasks: Within, database: Database) -> None:
    task_id = await created(tasks, SCHEDULED)
    (row,) = await rows(database, "schedule")
    assert (row["task_id"], row["bot"], row["script"], row["spec"]) == (task_id, "standup", "task.bas", "0 9 * * *")
    assert (row["organisation_id"], row["is_declared"], row["arguments"]) == ("default", False, [])
    assert row["next_run_at"] == NOW.replace(day=16, hour=8)


@pytest.mark.parametrize("end", ["complete", "cancel"])
async def test_an_ended_task_never_runs_again(tasks: Within, end: str) -> None:
    task_id = await created(tasks, SCHEDULED)
    unit = tasks()
    await (unit.complete(task_id) if end == "complete" else unit.update(task_id, {"status": "cancelled"}))
    await unit.work.commit()
    task = await tasks().get(task_id)
    schedule = await tasks().schedule(task)
    assert schedule is not None
    assert schedule.next_run_at is None


async def test_a_task_that_is_opened_again_runs_again(tasks: Within) -> None:
    unit = tasks()
    task = await unit.create(SCHEDULED)
    await unit.complete(task.id)
    await unit.update(task.id, {"status": "pending"})
    await unit.work.commit()
    schedule = await tasks().schedule(task)
    assert schedule is not None
    assert schedule.next_run_at == NOW.replace(day=16, hour=8)


async def test_the_schedule_goes_with_its_task(tasks: Within, database: Database) -> None:
    task_id = await created(tasks, SCHEDULED)
    unit: Tasks = tasks()
    await unit.delete(task_id)
    assert await unit.work.schedule_of(task_id) is None
    with pytest.raises(Refused, match="not found"):
        await unit.get(task_id)
    await unit.work.commit()
    assert await rows(database, "schedule") == await rows(database, "task") == []


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewTask("t", bot="ghost"), "bot_not_found"),
        (NewTask("t", bot=""), "invalid_bot"),
        (NewTask("t", bot=5), "invalid_bot"),
        (NewTask("t", bot="standup", schedule="whenever"), "invalid-schedule"),
        (NewTask("t", bot="standup", schedule=" "), "invalid_schedule"),
        (NewTask("t", bot="standup", schedule=5), "invalid_schedule"),
        (NewTask("t", bot="standup", schedule="0 9 * * *", timezone="Mars/Base"), "invalid-timezone"),
        (NewTask("t", bot="standup", schedule="0 9 * * *", timezone=1), "invalid_timezone"),
        (NewTask("t", timezone="UTC"), "invalid_timezone"),
    ],
)
async def test_a_bad_schedule_is_refused(tasks: Within, new: NewTask, code: str) -> None:
    unit = tasks(ports=Ports(is_bot={"standup"}.__contains__))
    with pytest.raises(Refused) as refused:
        await unit.create(new)
    assert refused.value.code == code
    assert unit.work.writes.writes == []


async def test_what_many_make_at_once_is_on_its_way_to_the_disk_together(database: Database, tasks: Within) -> None:
    async def create() -> None:
        unit = tasks()
        await unit.create(NewTask("Call Ana", assignee="bo", tags=["x"]))
        await unit.work.commit()

    await create()
    commits: list[tuple[int, int]] = []
    database.watch(lambda number, refused, _: commits.append((number, refused)))
    await asyncio.gather(*(create() for _ in range(40)))
    assert commits == [(40, 0)]
