"""What tests of runs do again and again."""

from collections.abc import Sequence
from typing import Any

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.runs import Runs
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tests.stage import BOT, Stage

ANA = Actor("ana", DEFAULT_ORGANISATION, "test")


def within(stage: Stage) -> tuple[Tasks, Runs]:
    """What ana can do, in one unit of work."""
    work = UnitOfWork(stage.database, stage.clock.now())
    return Tasks(work, ANA), Runs(work, ANA)


async def go_on(stage: Stage) -> None:
    """Everything that is to be done at this moment."""
    stage.engine.wake()
    await stage.engine.settle()


async def make(stage: Stage, title: str = "Report", **given: Any) -> Task:
    """A task of the bot, unless another one or none is given."""
    tasks, _ = within(stage)
    task = await tasks.create(NewTask(title, **{"bot": BOT, **given}))
    await tasks.work.commit()
    await go_on(stage)
    return task


async def trigger(stage: Stage, task: Task, times: int = 1) -> list[str]:
    """Asks for runs; gives their ids."""
    _, runs = within(stage)
    found = [await runs.trigger(task.id) for _ in range(times)]
    await runs.work.commit()
    await go_on(stage)
    return found


async def change(stage: Stage, task: Task, **values: object) -> None:
    """Changes a task."""
    tasks, _ = within(stage)
    await tasks.update(task.id, values)
    await tasks.work.commit()
    await go_on(stage)


async def delete(stage: Stage, task: Task) -> None:
    """Deletes a task."""
    tasks, _ = within(stage)
    await tasks.delete(task.id)
    await tasks.work.commit()
    await go_on(stage)


async def cancel(stage: Stage, task: Task, run_id: str | None = None) -> None:
    """Cancels one run of a task, or all."""
    _, runs = within(stage)
    if run_id is None:
        await runs.cancel(task.id)
    else:
        await runs.cancel_run(task.id, run_id)
    await runs.work.commit()
    await go_on(stage)


async def now_is(stage: Stage, task: Task) -> Task:
    """The task as it stands."""
    tasks, _ = within(stage)
    return await tasks.get(task.id)


async def statuses(stage: Stage) -> Sequence[str]:
    """Of all runs, eldest first."""
    return [row["status"] for row in await stage.rows("run")]
