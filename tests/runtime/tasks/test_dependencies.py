"""Tasks that wait for others, in a workflow or not."""

import asyncio
import itertools

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict
from tests.runtime.tasks.conftest import Within
from tests.runtime.tasks.flows import do, make, new, rows, stands


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


async def test_a_task_that_has_begun_cannot_be_made_to_wait(tasks: Within, database: Database) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "update", b, {"status": "in_progress"})
    with pytest.raises(Refused, match='"b" has begun, so it cannot wait for "a"'):
        await tasks().set_dependencies(b, [a])
    assert await rows(database, "task_dependency") == []
    await do(tasks, "complete", a)
    await do(tasks, "set_dependencies", b, [a])
    assert [(pair["task_id"], pair["depends_on"]) for pair in await rows(database, "task_dependency")] == [(b, a)]


async def test_who_waits_for_a_deleted_task_waits_no_more(tasks: Within, database: Database) -> None:
    a, b = await new(tasks, "a", "b")
    await do(tasks, "set_dependencies", b, [a])
    await do(tasks, "delete", a)
    assert await rows(database, "task_dependency") == []
    await do(tasks, "complete", b)
    assert (await tasks().get(b)).status == "completed"


async def test_a_step_can_wait_for_a_task_that_is_none(tasks: Within) -> None:
    [other] = await new(tasks, "other")
    workflow_id, ids = await make(tasks(), {"name": "a"}, {"name": "b"})
    await do(tasks, "add_dependency", ids["a"], other)
    found = await stands(tasks, workflow_id)
    assert (found.current and found.current.name, found.is_ready(found.steps[0])) == ("b", False)
    await do(tasks, "complete", other)
    assert (await stands(tasks, workflow_id)).current == (await stands(tasks, workflow_id)).steps[0]
