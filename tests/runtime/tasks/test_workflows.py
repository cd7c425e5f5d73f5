"""Workflows and tasks that wait for others, whatever the way in."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Workflow, cycle
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.tables import event, metadata
from tasktalk.storage.writes import Conflict
from tests.databases import private_url
from tests.runtime.tasks.conftest import NOW, Within


async def make(tasks: Tasks, *steps: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Makes a workflow and commits; gives its id, and those of the tasks by the steps' names."""
    found = await Workflows(tasks).create(workflow_plan.read("W", steps))
    await tasks.work.commit()
    return found.id, {step.name: step.task.id for step in found.steps}


async def stands(tasks: Within, workflow_id: str) -> Workflow:
    return await Workflows(tasks()).get(workflow_id)


async def do(tasks: Within, name: str, task_id: str, *arguments: Any) -> None:
    """One change in a unit of work of its own."""
    work = tasks()
    await getattr(work, name)(task_id, *arguments)
    await work.work.commit()


async def kinds(database: Database, subject: str) -> list[str]:
    async with database.read() as reader:
        query = select(event.c.kind).where(event.c.subject == subject).order_by(event.c.sequence)
        return [row["kind"] for row in await reader.rows(query)]


async def rows(database: Database, table: str) -> list[dict[str, Any]]:
    async with database.read() as reader:
        return await reader.rows(select(metadata.tables[table]))


def chain(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "depends_on": [names[i - 1]] if i else []} for i, name in enumerate(names)]


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


# ---- tasks that are no steps


async def new(tasks: Within, *titles: str) -> list[str]:
    work = tasks()
    made = [await work.create(NewTask(title=title)) for title in titles]
    await work.work.commit()
    return [task.id for task in made]


async def test_gb_93_tasks_of_no_workflow_wait_for_each_other_too(tasks: Within, database: Database) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "set_dependencies", b, [f"tsk_{a}"])
    with pytest.raises(Refused, match='"b" cannot be begun before "a"'):
        await tasks().complete(b)
    await do(tasks, "set_dependencies", b, [])
    await do(tasks, "complete", b)
    told = [row["changes"] for row in await rows(database, "event") if row["kind"] == "task_updated"]
    assert sorted(map(str, told)) == sorted(
        map(str, [{"depends_on": [[], [f"tsk_{a}"]]}, {"depends_on": [[f"tsk_{a}"], []]}])
    )


async def test_what_is_so_already_changes_nothing(tasks: Within) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "set_dependencies", b, [a, a])
    work = tasks()
    await work.set_dependencies(b, [a])
    await work.add_dependency(b, a)
    assert [write for write in work.work.writes.writes if type(write).__name__ != "Expect"] == []


@pytest.mark.parametrize("length", [1, 2, 5])
async def test_gb_88_a_cycle_of_tasks_is_named(tasks: Within, length: int) -> None:
    ids = await new(tasks, *"abcde"[:length])
    for first, then in itertools.pairwise(ids):
        await do(tasks, "set_dependencies", then, [first])
    work = tasks()
    with pytest.raises(Refused) as refused:
        await work.set_dependencies(ids[0], [ids[-1]])
    assert refused.value.code == "cyclic_dependency"
    way = ["a", *reversed("abcde"[:length])]
    assert refused.value.message == f"These wait for each other: {' → '.join(way)}"
    assert work.work.writes.writes == []


async def test_of_two_that_would_make_a_cycle_together_one_is_refused(tasks: Within) -> None:
    a, b, c = await new(tasks, "a", "b", "c")
    await do(tasks, "set_dependencies", b, [a])
    one, other = tasks(), tasks()
    await one.set_dependencies(c, [b])
    await other.set_dependencies(a, [c])
    ends = await asyncio.gather(one.work.commit(), other.work.commit(), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Conflict]


async def test_tasks_of_others_cannot_be_waited_for(tasks: Within) -> None:
    [a] = await new(tasks, "a")
    stranger = tasks(Actor("eve", "other", "test"))
    theirs = await stranger.create(NewTask(title="theirs"))
    await stranger.work.commit()
    for other in (theirs.id, "tsk_nothing"):
        with pytest.raises(Refused, match=f"Task {other} not found"):
            await tasks().set_dependencies(a, [other])
    with pytest.raises(Refused, match=f"Task {a} not found"):
        await tasks(Actor("eve", "other", "test")).set_dependencies(a, [])


async def test_a_task_that_has_begun_cannot_be_made_to_wait(tasks: Within) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "update", b, {"status": "in_progress"})
    with pytest.raises(Refused, match='"b" has begun, so it cannot wait for "a"'):
        await tasks().set_dependencies(b, [a])
    await do(tasks, "complete", a)
    await do(tasks, "set_dependencies", b, [a])


async def test_a_task_that_others_wait_for_can_be_deleted(tasks: Within) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "set_dependencies", b, [a])
    await do(tasks, "delete", a)
    await do(tasks, "complete", b)
    await do(tasks, "delete", b)


async def test_a_step_can_wait_for_a_task_that_is_none(tasks: Within) -> None:
    [other] = await new(tasks, "other")
    workflow_id, ids = await make(tasks(), {"name": "a"}, {"name": "b"})
    await do(tasks, "add_dependency", ids["a"], other)
    found = await stands(tasks, workflow_id)
    assert (found.current and found.current.name, found.is_ready(found.steps[0])) == ("b", False)
    await do(tasks, "complete", other)
    assert (await stands(tasks, workflow_id)).current == (await stands(tasks, workflow_id)).steps[0]


# ---- laws


@st.composite
def plans(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Steps that wait for others, in any order of declaration."""
    count = draw(st.integers(1, 7))
    steps = [
        {
            "name": f"s{n}",
            "duration_hours": draw(st.sampled_from([None, 1, 2.5])),
            "depends_on": draw(
                st.lists(st.sampled_from([f"s{m}" for m in range(n)]), unique=True) if n else st.just([])
            ),
        }
        for n in range(count)
    ]
    return draw(st.permutations(steps))


@settings(max_examples=25)
@given(plan=plans(), data=st.data())
def test_gb_93_in_any_workflow_in_any_order(plan: list[dict[str, Any]], data: st.DataObject) -> None:
    asyncio.run(_play(plan, data))


async def _play(plan: Sequence[dict[str, Any]], data: st.DataObject) -> None:
    clock = VirtualClock(NOW)
    database = await Database.open(private_url())
    try:
        await Accounts(database, clock).ensure_organisation()

        def within() -> Tasks:
            return Tasks(UnitOfWork(database, clock.now()), Actor("ana", "default", "test"))

        workflow_id, ids = await make(within(), *plan)
        waits_for = {step["name"]: set(step["depends_on"]) for step in plan}
        done: set[str] = set()
        progress = [0]
        while len(done) < len(plan):
            found = await stands(within, workflow_id)
            ready = {step.name for step in found.steps if found.is_ready(step)}
            assert ready == {name for name in waits_for if name not in done and waits_for[name] <= done}
            assert found.current == next(step for step in found.steps if step.name in ready)
            blocked = sorted(set(waits_for) - ready - done)
            if blocked:
                with pytest.raises(Refused, match="cannot be begun before"):
                    await within().update(ids[data.draw(st.sampled_from(blocked))], {"status": "in_progress"})
            chosen = data.draw(st.sampled_from(sorted(ready)))
            if data.draw(st.booleans()):
                await do(within, "update", ids[chosen], {"status": "in_progress"})
            clock.advance(timedelta(minutes=30))
            await do(within, "complete", ids[chosen])
            done.add(chosen)
            found = await stands(within, workflow_id)
            progress.append(found.progress)
            assert found.status == ("completed" if len(done) == len(plan) else "in_progress")
            expected = found.estimated_completion(clock.now())
            assert expected is not None
            assert expected >= clock.now()
        assert progress == sorted(progress)
        assert progress[-1] == 100
        assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]
    finally:
        await database.close()


@settings(max_examples=300)
@given(st.dictionaries(st.integers(0, 7), st.frozensets(st.integers(0, 7), max_size=3)))
def test_a_cycle_is_found_exactly_when_there_is_one(edges: dict[int, frozenset[int]]) -> None:
    graph = {str(node): tuple(sorted(str(other) for other in others)) for node, others in edges.items()}
    found = cycle(graph)
    left = dict(graph)
    while free := [node for node, others in left.items() if not set(others) & set(left)]:
        for node in free:
            del left[node]
    assert (found is None) == (not left)
    if found is not None:
        assert found[0] == found[-1]
        assert len(set(found)) == len(found) - 1
        assert all(other in graph[node] for node, other in itertools.pairwise(found))
