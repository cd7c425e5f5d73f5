"""Workflows, whatever the way in."""

import asyncio
from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks import retries, workflow_plan
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.storage.coming import coming
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict
from tests.runtime.tasks.conftest import NOW, Within
from tests.runtime.tasks.flows import chain, do, kinds, make, rows, stands


@pytest.mark.parametrize("status", ["in_progress", "waiting", "needs_help", "needs_review", "completed"])
async def test_gb_93_no_status_of_a_task_that_is_begun_comes_too_early(tasks: Within, status: str) -> None:
    _, ids = await make(tasks(), *chain("a", "b"))
    work = tasks()
    with pytest.raises(Refused) as refused:
        await work.update(ids["b"], {"status": status, "progress": 5})
    assert refused.value.code == "blocked_by_dependency"
    assert work.work.writes.writes == []
    await do(tasks, "complete", ids["a"])
    await do(tasks, "update", ids["b"], {"status": status})
    assert (await tasks().get(ids["b"])).status == status


async def test_gb_93_nor_does_a_claim(tasks: Within) -> None:
    _, ids = await make(tasks(), *chain("a", "b"))
    with pytest.raises(Refused, match='"b" cannot be begun before "a"'):
        await tasks().claim(ids["b"], "bob")


async def test_a_task_that_waits_can_be_cancelled_failed_and_changed(tasks: Within) -> None:
    _, ids = await make(tasks(), *chain("a", "b", "c"))
    await do(tasks, "update", ids["b"], {"title": "B", "assignee": "bob", "progress": 10})
    await do(tasks, "end", ids["b"], "cancelled")
    await do(tasks, "end", ids["c"], "failed")
    assert [(await tasks().get(ids[name])).status for name in "bc"] == ["cancelled", "failed"]


async def test_a_task_waits_again_when_it_is_opened_again(tasks: Within) -> None:
    _, ids = await make(tasks(), *chain("a", "b"))
    await do(tasks, "complete", ids["a"])
    await do(tasks, "complete", ids["b"])
    await do(tasks, "update", ids["a"], {"status": "pending"})
    await do(tasks, "update", ids["b"], {"status": "pending"})
    with pytest.raises(Refused, match="cannot be begun"):
        await tasks().update(ids["b"], {"status": "in_progress"})


async def test_everything_can_happen_in_one_unit_of_work(tasks: Within, database: Database) -> None:
    work = tasks()
    made = await Workflows(work).create(workflow_plan.read("W", chain("a", "b", "c")))
    for step in made.steps:
        await work.complete(step.task.id)
    assert (await Workflows(work).get(made.id)).status == "completed"
    await work.work.commit()
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]
    assert (await stands(tasks, made.id)).progress == 100


async def test_of_two_last_steps_that_end_at_once_one_looks_again(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a"}, {"name": "b"})
    one, other = tasks(), tasks()
    await one.complete(ids["a"])
    await other.complete(ids["b"])
    ends = await asyncio.gather(one.work.commit(), other.work.commit(), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Conflict]
    left = "b" if ends[0] is None else "a"
    await do(tasks, "complete", ids[left])
    assert (await stands(tasks, workflow_id)).status == "completed"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]


async def test_a_dependency_that_is_opened_again_meanwhile_is_noticed(tasks: Within) -> None:
    _, ids = await make(tasks(), *chain("a", "b"))
    await do(tasks, "complete", ids["a"])
    begins = tasks()
    await begins.update(ids["b"], {"status": "in_progress"})
    await do(tasks, "update", ids["a"], {"status": "pending"})
    with pytest.raises(Conflict):
        await begins.work.commit()


async def test_a_workflow_is_told_as_completed_again_only_when_it_was_opened_again(
    tasks: Within, database: Database
) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a"})
    await do(tasks, "complete", ids["a"])
    await do(tasks, "complete", ids["a"])
    await do(tasks, "update", ids["a"], {"status": "in_progress"})
    assert (await stands(tasks, workflow_id)).status == "in_progress"
    await do(tasks, "complete", ids["a"])
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed", "workflow_completed"]


async def test_what_a_workflows_event_tells(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *chain("a", "b"))
    await do(tasks, "complete", ids["a"])
    await do(tasks, "complete", ids["b"])
    created, completed = [row for row in await rows(database, "event") if row["subject"] == "workflow"]
    assert (created["subject_id"], created["actor"], created["changes"]) == (
        workflow_id,
        "ana",
        {"name": [None, "W"], "steps": [None, ["a", "b"]]},
    )
    assert (completed["subject_id"], completed["changes"]) == (workflow_id, {"status": ["in_progress", "completed"]})


# ---- failing


async def test_cz_20_a_step_that_fails_is_tried_again_and_then_fails_the_workflow(
    tasks: Within, database: Database
) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a", "retries": 2}, {"name": "b", "depends_on": ["a"]})
    for attempt in (2, 3):
        await do(tasks, "update", ids["a"], {"status": "in_progress"})
        await do(tasks, "end", ids["a"], "failed", "no answer")
        found = await stands(tasks, workflow_id)
        assert (found.steps[0].task.status, found.steps[0].attempt, found.status) == ("pending", attempt, "in_progress")
        assert found.steps[0].task.resolution is None
    await do(tasks, "end", ids["a"], "failed", "no answer")
    found = await stands(tasks, workflow_id)
    assert (found.status, found.current, found.estimated_completion(NOW)) == ("failed", None, None)
    assert found.steps[0].task.resolution == "no answer"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_failed"]
    [first, _] = [row["changes"] for row in await rows(database, "event") if row["kind"] == "task_retried"]
    assert first == {"attempt": [1, 2], "error": [None, "no answer"], "status": ["in_progress", "pending"]}


async def paused(database: Database, clock: VirtualClock, **by: float) -> None:
    """Lets time pass, and looks whether a pause is over."""
    clock.advance(timedelta(**by))
    async with database.read() as reader:
        found = await retries.due(reader, clock.now())
    await retries.begin(database, found, clock.now())


async def test_cz_21_a_step_pauses_before_each_retry_twice_as_long(
    tasks: Within, database: Database, clock: VirtualClock
) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a", "retries": 3, "retry_pause_minutes": 10})
    for attempt, minutes in ((2, 10), (3, 20), (4, 40)):
        await do(tasks, "update", ids["a"], {"status": "in_progress"})
        await do(tasks, "end", ids["a"], "failed", "no answer")
        again_at = clock.now() + timedelta(minutes=minutes)
        [step] = (await stands(tasks, workflow_id)).steps
        assert (step.task.status, step.attempt, step.again_at) == ("waiting", attempt, again_at)
        async with database.read() as reader:
            assert (await coming(reader)).pause == again_at
            assert (await coming(reader, again_at)).pause is None
        await paused(database, clock, minutes=minutes, seconds=-1)
        assert (await stands(tasks, workflow_id)).steps[0].task.status == "waiting"
        await paused(database, clock, seconds=1)
        [step] = (await stands(tasks, workflow_id)).steps
        assert (step.task.status, step.attempt, step.again_at) == ("pending", attempt, None)
    assert await kinds(database, "task") == ["task_created", *["task_updated", "task_retried", "task_updated"] * 3]
    await do(tasks, "end", ids["a"], "failed", "no answer")
    assert (await stands(tasks, workflow_id)).status == "failed"


async def test_cz_21_a_pause_is_at_most_a_day_or_the_first_one(tasks: Within, clock: VirtualClock) -> None:
    steps = [{"name": str(hours), "retries": 100, "retry_pause_minutes": hours * 60} for hours in (10, 48)]
    workflow_id, ids = await make(tasks(), *steps)
    pauses = []
    for _ in range(4):
        for task_id in ids.values():
            await do(tasks, "end", task_id, "failed")
        found = await stands(tasks, workflow_id)
        pauses.append([(step.again_at - clock.now()).total_seconds() / 3600 for step in found.steps if step.again_at])
        for task_id in ids.values():
            await do(tasks, "update", task_id, {"status": "in_progress"})
    assert pauses == [[10, 48], [20, 48], [24, 48], [24, 48]]


@pytest.mark.parametrize("status", ["in_progress", "completed", "cancelled", "pending"])
async def test_cz_21_who_takes_a_step_up_does_not_wait_for_the_pause(
    tasks: Within, database: Database, clock: VirtualClock, status: str
) -> None:
    _, ids = await make(tasks(), {"name": "a", "retries": 1, "retry_pause_minutes": 10})
    await do(tasks, "end", ids["a"], "failed")
    await do(tasks, "update", ids["a"], {"status": status})
    assert [row["again_at"] for row in await rows(database, "workflow_step")] == [None]
    seen = await kinds(database, "task")
    await paused(database, clock, hours=1)
    assert (await kinds(database, "task"), (await tasks().get(ids["a"])).status) == (seen, status)


async def test_cz_21_a_pause_ends_once_whoever_looks(tasks: Within, database: Database, clock: VirtualClock) -> None:
    _, ids = await make(tasks(), {"name": "a", "retries": 1, "retry_pause_minutes": 10})
    await do(tasks, "end", ids["a"], "failed")
    clock.advance(timedelta(days=3))
    async with database.read() as reader:
        found = await retries.due(reader, clock.now())
    await asyncio.gather(*(retries.begin(database, found, clock.now()) for _ in range(5)))
    await retries.begin(database, found, clock.now())
    assert (await kinds(database, "task"))[2:] == ["task_updated"]


async def test_cz_21_a_deleted_step_is_tried_no_more(tasks: Within, database: Database, clock: VirtualClock) -> None:
    _, ids = await make(tasks(), {"name": "a", "retries": 1, "retry_pause_minutes": 10}, {"name": "b"})
    await do(tasks, "end", ids["a"], "failed")
    async with database.read() as reader:
        found = await retries.due(reader, clock.now() + timedelta(hours=1))
    await do(tasks, "delete", ids["a"])
    await retries.begin(database, found, clock.now() + timedelta(hours=1))
    assert [row["name"] for row in await rows(database, "workflow_step")] == ["b"]


async def test_cz_20_after_a_failure_the_workflow_goes_on_when_its_step_is_opened_again(
    tasks: Within, database: Database
) -> None:
    workflow_id, ids = await make(tasks(), *chain("a", "b"))
    await do(tasks, "end", ids["a"], "failed")
    await do(tasks, "update", ids["a"], {"status": "in_progress"})
    assert (await stands(tasks, workflow_id)).status == "in_progress"
    await do(tasks, "complete", ids["a"])
    await do(tasks, "complete", ids["b"])
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_failed", "workflow_completed"]


ERRORS = (
    {"name": "pay", "on_error": "call", "retries": 0},
    {"name": "call"},
    {"name": "send", "depends_on": ["pay"]},
)


async def test_cz_20_an_error_step_takes_the_place_of_the_one_that_failed(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    found = await stands(tasks, workflow_id)
    assert (found.total_count, found.current and found.current.name) == (2, "pay")
    with pytest.raises(Refused, match='"call" is only for the case that "pay" fails'):
        await tasks().complete(ids["call"])
    await do(tasks, "end", ids["pay"], "failed")
    found = await stands(tasks, workflow_id)
    assert (found.status, found.total_count, found.current and found.current.name) == ("in_progress", 2, "call")
    with pytest.raises(Refused, match='"send" cannot be begun before "call"'):
        await tasks().complete(ids["send"])
    await do(tasks, "complete", ids["call"])
    assert (await stands(tasks, workflow_id)).progress == 50
    await do(tasks, "complete", ids["send"])
    assert (await stands(tasks, workflow_id)).status == "completed"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]


async def test_an_error_step_that_was_not_needed_is_cancelled_at_the_end(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "complete", ids["pay"])
    assert (await tasks().get(ids["call"])).status == "pending"
    await do(tasks, "complete", ids["send"])
    assert (await tasks().get(ids["call"])).status == "cancelled"
    assert (await stands(tasks, workflow_id)).status == "completed"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]


async def test_when_the_error_step_fails_too_the_workflow_has_failed(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "end", ids["pay"], "failed")
    await do(tasks, "end", ids["call"], "failed")
    assert (await stands(tasks, workflow_id)).status == "failed"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_failed"]


async def test_without_its_error_step_a_failure_is_one(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "end", ids["call"], "cancelled")
    await do(tasks, "end", ids["pay"], "failed")
    assert (await stands(tasks, workflow_id)).status == "failed"


# ---- cancelled and deleted


async def test_a_cancelled_step_counts_no_more_and_what_waits_for_it_waits_on(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a"}, {"name": "b"}, {"name": "c", "depends_on": ["b"]})
    await do(tasks, "end", ids["b"], "cancelled")
    found = await stands(tasks, workflow_id)
    assert (found.total_count, found.status, found.estimated_completion(NOW)) == (2, "pending", None)
    with pytest.raises(Refused, match='"c" cannot be begun before "b"'):
        await tasks().complete(ids["c"])
    await do(tasks, "complete", ids["a"])
    assert (await stands(tasks, workflow_id)).status == "in_progress"
    await do(tasks, "end", ids["c"], "cancelled")
    assert (await stands(tasks, workflow_id)).status == "completed"


async def test_a_workflow_of_which_all_is_cancelled_is_cancelled(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), {"name": "a"}, {"name": "b"})
    for name in "ab":
        await do(tasks, "end", ids[name], "cancelled")
    found = await stands(tasks, workflow_id)
    assert (found.status, found.progress, found.total_count, found.current) == ("cancelled", 0, 0, None)
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_cancelled"]


async def test_what_waits_for_a_deleted_step_waits_for_what_that_waited_for(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), *chain("a", "b", "c"))
    await do(tasks, "delete", ids["b"])
    found = await stands(tasks, workflow_id)
    assert [(step.name, step.depends_on) for step in found.steps] == [("a", ()), ("c", (ids["a"],))]
    with pytest.raises(Refused, match='"c" cannot be begun before "a"'):
        await tasks().complete(ids["c"])
    await do(tasks, "complete", ids["a"])
    await do(tasks, "complete", ids["c"])
    assert (await stands(tasks, workflow_id)).status == "completed"


async def test_a_deletion_can_complete_a_workflow(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *chain("a", "b"))
    await do(tasks, "complete", ids["a"])
    await do(tasks, "delete", ids["b"])
    assert (await stands(tasks, workflow_id)).status == "completed"
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]


async def test_with_its_last_step_a_workflow_goes(tasks: Within, database: Database) -> None:
    workflow_id, ids = await make(tasks(), *chain("a", "b"))
    work = tasks()
    await work.delete(ids["a"])
    await work.delete(ids["b"])
    await work.work.commit()
    with pytest.raises(Refused, match=f"Workflow {workflow_id} not found"):
        await stands(tasks, workflow_id)
    for table in ("workflow", "workflow_step", "task_dependency", "task"):
        assert await rows(database, table) == []
    assert await kinds(database, "workflow") == ["workflow_created", "workflow_deleted"]


async def test_deleting_a_step_cancels_the_error_step_that_was_for_it_alone(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "delete", ids["pay"])
    assert (await tasks().get(ids["call"])).status == "cancelled"
    await do(tasks, "complete", ids["send"])
    assert (await stands(tasks, workflow_id)).status == "completed"


async def test_deleting_an_error_step_leaves_the_step_without_one(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "delete", ids["call"])
    await do(tasks, "end", ids["pay"], "failed")
    assert (await stands(tasks, workflow_id)).status == "failed"


async def test_deleting_a_failed_step_leaves_what_stands_in_for_it(tasks: Within) -> None:
    workflow_id, ids = await make(tasks(), *ERRORS)
    await do(tasks, "end", ids["pay"], "failed")
    await do(tasks, "delete", ids["pay"])
    with pytest.raises(Refused, match='"send" cannot be begun before "call"'):
        await tasks().complete(ids["send"])
    await do(tasks, "complete", ids["call"])
    await do(tasks, "complete", ids["send"])
    assert (await stands(tasks, workflow_id)).status == "completed"
