"""Another attempt at what has failed is a change of the task like any other: checked, written and told at once."""

from datetime import timedelta

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks import retries
from tasktalk.runtime.tasks.model import NewTask
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.stages import Place
from tasktalk.storage.database import Database
from tests.runtime.tasks.conftest import Within
from tests.runtime.tasks.flows import do, make, new, rows

KINDS = pytest.mark.parametrize("kind", ["step", "stage"])
PAUSE = timedelta(minutes=1)


async def tried_twice(tasks: Within, kind: str, *, pause: bool = True, waits: bool = False) -> str:
    """A task that is tried twice, as a step of a workflow or at a stage of a pipeline; it may wait for another one."""
    if kind == "step":
        _, ids = await make(tasks(), {"name": "t", "retries": 1, "retry_pause_minutes": int(pause)})
        task_id = ids["t"]
    else:
        unit = tasks()
        await Pipelines(unit).create_stage({"name": "s", "attempts": 2, "pause_seconds": 60 * pause, "bot": "support"})
        await Pipelines(unit).create({"name": "P", "stages": [1]})
        task_id = (await unit.create(NewTask("t"), place=Place(1))).id
        await unit.work.commit()
    if waits:
        await do(tasks, "set_dependencies", task_id, await new(tasks, "first"))
    return task_id


async def go_on(database: Database, clock: VirtualClock) -> None:
    """The pause is over."""
    clock.advance(PAUSE)
    async with database.read() as reader:
        found = await retries.due(reader, clock.now())
    await retries.begin(database, found, clock.now())


@KINDS
@pytest.mark.parametrize("pause", [True, False])
async def test_cz_20_what_is_written_with_a_failure_is_kept(
    tasks: Within, database: Database, kind: str, pause: bool
) -> None:
    task_id = await tried_twice(tasks, kind, pause=pause)
    await do(tasks, "update", task_id, {"status": "failed", "title": "u", "context": {"a": 1}, "progress": 10})
    task = await tasks().get(task_id)
    waits = "waiting" if pause else "pending" if kind == "step" else "in_progress"
    assert (task.title, task.context, task.progress, task.status) == ("u", {"a": 1}, 10, waits)
    [told] = [row["changes"] for row in await rows(database, "event") if row["kind"] == "task_retried"]
    assert (told["title"], told["attempt"]) == (["t", "u"], [1, 2])


@KINDS
async def test_cz_21_what_nobody_may_begin_fails_without_another_attempt(
    tasks: Within, database: Database, clock: VirtualClock, kind: str
) -> None:
    task_id = await tried_twice(tasks, kind, waits=True)
    await do(tasks, "update", task_id, {"status": "failed"})
    await go_on(database, clock)
    assert (await tasks().get(task_id)).status == "failed"


@KINDS
async def test_cz_21_what_goes_on_after_a_pause_has_begun(
    tasks: Within, database: Database, clock: VirtualClock, kind: str
) -> None:
    task_id = await tried_twice(tasks, kind)
    await do(tasks, "update", task_id, {"bot": "support"})
    await do(tasks, "update", task_id, {"status": "failed"})
    await go_on(database, clock)
    task = await tasks().get(task_id)
    assert (task.status, task.started_at) == ("in_progress", clock.now())
    [asked] = [row["changes"] for row in await rows(database, "event") if row["kind"] == "task_run_requested"]
    assert asked["cause"] == [None, "retry"]
