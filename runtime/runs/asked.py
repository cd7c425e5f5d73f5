"""Runs that an event asks for: RUN TASK, and the steps of workflows that a bot does."""

import logging
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.rows import run_row
from tasktalk.runtime.runs.scripts import HasScripts, script_of
from tasktalk.runtime.tasks.steps import RUN_REQUESTED
from tasktalk.storage.writes import Row, WriteSet

_log = logging.getLogger("tasktalk.runs")


def begin(event: Row, bots: HasScripts, writes: WriteSet, now: datetime, most_depth: int) -> bool:
    """Adds the run that an event asks for, which stands in the line of its task then; whether it asks for one."""
    if event["kind"] != RUN_REQUESTED:
        return False
    asked: dict[str, Any] = {name: after for name, (_, after) in event["changes"].items()}
    if asked["depth"] > most_depth:
        _log.error(
            "limit: too many runs of tasks follow from one another: %s of the bot %s is not run for the task %s",
            asked["script"],
            asked["bot"],
            event["subject_id"],
        )
        return False
    script = script_of(bots, asked["bot"], asked["script"])
    row = run_row(
        now,
        cause=asked["cause"],
        script=script,
        bot=asked["bot"],
        run_id=asked["run_id"],
        organisation_id=event["organisation_id"],
        task_id=event["subject_id"],
        planned_at=event["created_at"],
    )
    # From when it was asked for: from now on would be after the look that this is part of, and wait for the next one.
    writes.insert("run", {**row, "begins_at": event["created_at"]})
    try:
        program = bots.script(asked["bot"], script)
    except Refused:
        return True  # its turn fails, and tells why
    start = {"run_id": asked["run_id"], "program_id": program.id, "handler": "", "depth": asked["depth"]}
    writes.insert("run_start", start)
    return True
