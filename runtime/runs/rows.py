"""What a new run is as a row, and why it is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from tasktalk.runtime.ids import new_id

Cause: TypeAlias = Literal["schedule", "trigger", "pickup", "step", "retry", "script", "event", "call"]
"""A time of a schedule has come; a person asked for it; a bot took up a task that is its own; a step of a workflow that
a bot does, and its further attempts; RUN TASK, or a session that begins anew; a handler or an automation; a webhook."""

OF_TASKS = frozenset(["schedule", "trigger", "pickup", "step", "retry", "script"])
"""The causes of runs that do something for a task: those of one task never overlap. The others are about one."""

TIMED = frozenset(["schedule", "trigger"])
"""The causes of runs for which nobody waits: their tasks stay as the scripts leave them."""

UNDER_WAY = ("queued", "held", "running")
"""The statuses of a run that has not ended."""


def run_row(
    now: datetime,
    *,
    cause: Cause,
    script: str,
    bot: str | None = None,
    run_id: str | None = None,
    organisation_id: str | None = None,
    schedule_id: str | None = None,
    task_id: str | None = None,
    conversation_id: str | None = None,
    arguments: Sequence[Any] | Mapping[str, Any] = (),
    planned_at: datetime | None = None,
    missed: int = 0,
) -> dict[str, Any]:
    """The row of a run that is to begin. One that has no conversation stands in the line of its task, and gets one when
    it is its turn."""
    return {
        "id": run_id or new_id("run", now),
        "organisation_id": organisation_id,
        "schedule_id": schedule_id,
        "task_id": task_id,
        "cause": cause,
        "conversation_id": conversation_id,
        "bot": bot,
        "script": script,
        "arguments": arguments if isinstance(arguments, Mapping) else list(arguments),
        "planned_at": planned_at or now,
        "status": "queued",
        "attempt": 1,
        "missed": missed,
        "begins_at": now if conversation_id is None else None,
        "created_at": now,
    }


def skipped_row(now: datetime, reason: str, **given: Any) -> dict[str, Any]:
    """The row of a run that never begins, and why: what it would have been is given as for `run_row`."""
    row = run_row(now, **given)
    return {**row, "status": "skipped", "reason": reason, "begins_at": None, "ended_at": now}
