"""How runs of tasks end, and what that means for the task.

A run that fails is tried again where its task says so: it is the same run, which goes back to the head of the line. A
step of a workflow, and a task that its bot took up, end with their run, unless the script or a person has decided
otherwise; so does a task that is to be done once. The tasks of other runs stay as the script leaves them.
"""

import logging
from datetime import timedelta
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.events import tell
from tasktalk.runtime.runs.helping import asks_no_more, begins, run_of
from tasktalk.runtime.runs.rows import TIMED
from tasktalk.runtime.runs.session_ends import close_session
from tasktalk.runtime.tasks import stages, steps
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.turn import Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import runs
from tasktalk.storage.writes import Row

TIME_IS_UP = "it was not done when its time was up"
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_HOPELESS = frozenset(["parked", "ended-from-outside", "session-expired"])  # trying again would only do the same

_log = logging.getLogger("tasktalk.runs")


def pause(attempt: int) -> timedelta:
    """How long a run waits after its so-manieth attempt: 30 seconds, twice as long each time, an hour at most."""
    return min(_FIRST_PAUSE * (1 << min(attempt - 1, 20)), _LONGEST_PAUSE)


async def completed(turn: Turn, value: object) -> None:
    """The script of a turn has come to its end: so has what its run was to do."""
    run = await run_of(turn.work, turn.run_id)
    if run is None:
        return
    tell(turn.work.writes, turn.work.now, run, "completed")
    await _end_task(turn.work, turn.tasks.actor.user_id, run, "completed", value if isinstance(value, str) else None)


async def failed(
    work: UnitOfWork, run_id: str | None, actor: str, reason: str, code: str = "", status: str = "failed"
) -> dict[str, Any]:
    """A run has not done what it was to do: what else is to be set in its row, which is set as of a failed one."""
    run = await run_of(work, run_id)
    if run is None:
        return {}
    await asks_no_more(work, run)
    task = await work.task(run["task_id"])
    if task is not None and run["attempt"] <= task["retries"] and code not in _HOPELESS:
        tell(work.writes, work.now, run, "retried")
        begins_at = work.now + pause(run["attempt"])
        again = {"begins_at": begins_at, "attempt": run["attempt"] + 1, "ends_by": None, "ended_at": None}
        return {**again, "status": "queued", "reason": reason}
    tell(work.writes, work.now, run, status)
    if task is not None:
        await _end_task(work, actor, run, "failed", reason)
    return {"status": status, "reason": reason}


async def cancel(work: UnitOfWork, actor: Actor, run: Row, reason: str | None = None) -> None:
    """Ends a run that has not ended, with the session in which it waits: a turn that is under way leaves nothing."""
    await asks_no_more(work, run)
    async with work.read() as reader:
        session = await runs.waiting_session(reader, run)
    why = reason or f"it was cancelled by {actor.user_id}"
    values = {"status": "cancelled", "reason": why, "begins_at": None, "ended_at": work.now}
    work.writes.update("run", {"id": run["id"], "status": run["status"]}, values)
    if session is not None:
        close_session(work.writes, session, work.now, "cancelled", why)
    tell(work.writes, work.now, run, "cancelled", actor.user_id, actor.source)
    task = await work.task(run["task_id"]) if run["cause"] == "pickup" else None
    if task is not None and task["status"] == "in_progress":
        # Its bot would take it up again if it were open.
        await Tasks(work, actor).end(task["id"], "cancelled", why)


async def begun_anew(work: UnitOfWork, run_id: str | None, other: str) -> None:
    """Another run does from now on what this one did for a step, a stage or a task."""
    if run_id is None:
        return
    if (run := await run_of(work, run_id)) is not None:
        await asks_no_more(work, run)
    if (step := await steps.of_run(work, run_id)) is not None:
        work.change("workflow_step", step, {"run_id": other})
    elif (stage := await stages.of_run(work, run_id)) is not None:
        work.change("task_stage", stage, {"run_id": other})


async def _end_task(work: UnitOfWork, actor: str, run: Row, status: str, said: str | None) -> None:
    stage = None
    if run["cause"] in TIMED:
        task = await work.task(run["task_id"])
        task_id = task["id"] if task is not None and task["is_once"] else None
        await begins(work, run, task)  # the failed turn that did so has left nothing
    elif run["cause"] == "pickup":
        task_id = run["task_id"]
    else:
        step = await steps.of_run(work, run["id"]) or (stage := await stages.of_run(work, run["id"]))
        task_id = None if step is None else step["id"]
    row = None if task_id is None else await work.task(task_id)
    if row is None or row["status"] != "in_progress":
        return  # somebody has ended it, or the script has left it to a person
    tasks = Tasks(work, Actor(actor, row["organisation_id"], "script"))
    try:
        if status == "completed" and stage is not None:
            await tasks.pass_stage(row, said)
        elif status == "completed":
            await tasks.complete(row["id"], said)
        else:
            await tasks.end(row["id"], "failed", said)
    except Refused as refused:
        _log.warning("the task %s stays as it is at the end of its run: %s", row["id"], refused.message)
