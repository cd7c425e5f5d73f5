"""Runs of tasks by their bots that somebody asked for: how they begin, and what their end means for the task.

A step of a workflow that a bot does ends with its run. Other runs leave their task as the script leaves it.
"""

import logging
from datetime import datetime
from typing import Any, Protocol

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.program import Program
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.steps import RUN_REQUESTED
from tasktalk.runtime.turn import Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Row, WriteSet

_log = logging.getLogger("tasktalk.tasks")


class _HasScripts(Protocol):
    def script(self, bot: str, name: str) -> Program: ...


async def begin(
    event: Row,
    bots: _HasScripts,
    talks: InternalConversations,
    writes: WriteSet,
    now: datetime,
    opened: dict[tuple[str, str, str], str],
    most_depth: int,
) -> str | None:
    """Adds the run that an event asks for; gives its conversation, or None where there is none to begin."""
    if event["kind"] != RUN_REQUESTED:
        return None
    asked: dict[str, Any] = {name: after for name, (_, after) in event["changes"].items()}
    if asked["depth"] > most_depth:
        _log.error(
            "limit: too many runs of tasks follow from one another: %s of the bot %s is not run for the task %s",
            asked["script"],
            asked["bot"],
            event["subject_id"],
        )
        return None
    talk = await talks.for_run(asked["bot"], "task", event["subject_id"], writes, now, opened)
    run = {
        "id": asked["run_id"],
        "cause": "script",
        "schedule_id": None,
        "task_id": event["subject_id"],
        "conversation_id": talk,
        "bot": asked["bot"],
        "script": asked["script"],
        "arguments": [],
        "planned_at": event["created_at"],
        "status": "queued",
        "created_at": now,
    }
    writes.insert("run", run)
    try:
        program = bots.script(asked["bot"], asked["script"])
    except Refused:
        return talk  # its turn fails, and tells why
    writes.insert("run_start", {"run_id": run["id"], "program_id": program.id, "handler": "", "depth": asked["depth"]})
    return talk


async def completed(turn: Turn, value: object) -> None:
    """The script of a turn has come to its end: so has the step that its run does."""
    if turn.run_id is not None and turn.task is not None:
        await _end(turn.tasks, turn.run_id, "completed", value if isinstance(value, str) else None)


async def failed(work: UnitOfWork, run_id: str | None, task_id: str | None, bot: str, reason: str) -> None:
    """A run has failed: so has the step that it does."""
    task = None if run_id is None or task_id is None else await work.task(task_id)
    if run_id is not None and task is not None:
        await _end(Tasks(work, Actor(bot, task["organisation_id"], "script")), run_id, "failed", reason)


async def begun_anew(work: UnitOfWork, run_id: str | None, other: str) -> None:
    """Another run does the step from now on."""
    step = None if run_id is None else await Tasks(work, Actor("", "", "")).steps.of_run(run_id)
    if step is not None:
        work.change("workflow_step", step, {"run_id": other})


async def _end(tasks: Tasks, run_id: str, status: str, said: str | None) -> None:
    step = await tasks.steps.of_run(run_id)
    row = None if step is None else await tasks.work.task(step["id"])
    if row is None or row["status"] != "in_progress":
        return  # somebody has ended it, or the script has left it to a person
    try:
        if status == "completed":
            await tasks.complete(row["id"], said)
        else:
            await tasks.end(row["id"], "failed", said)
    except Refused as refused:
        _log.warning("the step %s stays as it is at the end of its run: %s", row["id"], refused.message)
