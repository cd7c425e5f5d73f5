"""What tests do with pipelines, whose stages a bot does."""

from typing import Any

from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.stages import Place
from tests.runtime.runs.acts import go_on, within
from tests.stage import BOT, Stage


async def pipeline(stage: Stage, *stages: dict[str, Any]) -> int:
    """A pipeline with these stages, numbered from 1 on, that the bot does unless nobody does."""
    tasks, _ = within(stage)
    pipelines = Pipelines(tasks)
    for each in stages:
        later: dict[str, object] = {name: None for name in ("next", "failed_next") if name in each}
        await pipelines.create_stage({"name": "s", "bot": BOT, **each, **later})
    for number, each in enumerate(stages, 1):
        await pipelines.update_stage(number, {name: each[name] for name in ("next", "failed_next") if name in each})
    made = await pipelines.create({"name": "P", "stages": list(range(1, len(stages) + 1))})
    await tasks.work.commit()
    return made.number


async def enter(stage: Stage, status: str = "in_progress", at: int | None = None, **given: Any) -> Task:
    """A task in the pipeline."""
    tasks, _ = within(stage)
    task = await tasks.create(NewTask("t", status=status, **given), place=Place(1, at))
    await tasks.work.commit()
    await go_on(stage)
    return task


async def put(stage: Stage, task: Task, at: int, **values: Any) -> None:
    tasks, _ = within(stage)
    await tasks.update(task.id, values, place=Place(1, at))
    await tasks.work.commit()
    await go_on(stage)


async def stands(stage: Stage, task: Task) -> tuple[object, ...]:
    """Its status, its stage and which attempt that is."""
    tasks, _ = within(stage)
    found, standing = await tasks.get(task.id), await tasks.stages.standing(task.id)
    assert standing is not None
    return found.status, standing.stage, standing.attempt


async def kinds(stage: Stage, subject: str = "task") -> list[str]:
    found = sorted(await stage.rows("event", subject=subject), key=lambda row: row["sequence"])
    return [row["kind"] for row in found]
