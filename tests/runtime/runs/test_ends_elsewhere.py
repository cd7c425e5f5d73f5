"""What a bot does for a task ends it, whichever organisation it belongs to."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.stages import Place
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.work import UnitOfWork
from tests.runtime.runs.acts import go_on
from tests.stage import BOT, ECHO, Stage

ONCE_MORE = 'n = GET BOT MEMORY "n"\nSET BOT MEMORY "n", n + 1\nWAIT 1 SECOND\nIF n < 1 THEN THROW "no answer"'


async def _pickup(tasks: Tasks) -> None:
    await tasks.create(NewTask("t", assignee=BOT))


async def _step(tasks: Tasks) -> None:
    step: dict[str, Any] = {"name": "t", "bot": BOT, "retries": 1}
    await Workflows(tasks).create(workflow_plan.read("W", [step]))


async def _stage(tasks: Tasks) -> None:
    await Pipelines(tasks).create_stage({"name": "s", "bot": BOT, "attempts": 2})
    await Pipelines(tasks).create({"name": "P", "stages": [1]})
    await tasks.create(NewTask("t", status="in_progress"), place=Place(1))


async def played(stage: Stage, script: str, begin: Any) -> Any:
    """How the task ended that has begun so in another organisation."""
    stage.write(ECHO)
    stage.write(script, "task.bas")
    await stage.open()
    await Accounts(stage.database, stage.clock).ensure_organisation("other")
    tasks = Tasks(UnitOfWork(stage.database, stage.clock.now()), Actor("eve", "other", "test"))
    await begin(tasks)
    await tasks.work.commit()
    await go_on(stage)
    await stage.pass_time(timedelta(minutes=2))
    assert {row["organisation_id"] for row in await stage.rows("event", subject="task")} == {"other"}
    [task] = await stage.rows("task")
    return task["status"]


@pytest.mark.parametrize("begin", [_pickup, _step, _stage])
@pytest.mark.parametrize(("script", "status"), [("RETURN", "completed"), ('THROW "no answer"', "failed")])
async def test_cz_19_a_run_ends_its_task_in_any_organisation(
    stage: Stage, begin: Any, script: str, status: str
) -> None:
    assert await played(stage, script, begin) == status


@pytest.mark.parametrize("begin", [_step, _stage])
async def test_cz_20_so_does_another_attempt(stage: Stage, begin: Any) -> None:
    assert await played(stage, ONCE_MORE, begin) == "completed"
    assert [row["cause"] for row in await stage.rows("run")] == ["step", "retry"]
