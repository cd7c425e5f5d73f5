"""WAIT FOR TASK."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.host import JSON, Waiting
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import durations
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.tasks.statuses import PLAIN, TERMINAL
from tasktalk.runtime.turn import TASK, Turn


@keyword(f"WAIT FOR TASK <task> [TIMEOUT <timeout> {durations.UNIT}]", returns="text")
async def wait_for_task(turn: Turn, task: Value, timeout: Value = None, unit: Value = None) -> str | Waiting:
    """Waits until a task has ended, whoever ends it, and gives how: "completed" or "cancelled".

    With TIMEOUT it waits no longer than that: then it gives NULL, and TIMEDOUT is true. What the person writes while
    the script waits is kept, but answers no later question.

    Errors: task_not_found (also when it is deleted meanwhile), invalid-duration.

    Example:
        id = CREATE TASK "Call Ana back"
        status = WAIT FOR TASK id           ' task: Call Ana back -> completed
        TALK status                         ' bot: completed
        other = CREATE TASK "Call Bo back"
        WAIT FOR TASK other TIMEOUT 2 DAYS  ' after: 2d
        TALK TIMEDOUT                       ' bot: true
    """
    request: dict[str, JSON] = {}
    if timeout is not None:
        pause = durations.length("WAIT FOR TASK", timeout, unit)
        if pause <= timedelta():
            raise Refused("invalid-duration", "the TIMEOUT of a WAIT FOR TASK must be more than 0")
        request["until"] = (turn.now() + pause).isoformat()
    return await _look(turn, task_id(task), request)


@wait_for_task.on_resume
async def looked_again(turn: Turn, request: Mapping[str, JSON], given: object) -> str | Waiting | None:
    """The status, if the task has ended; NULL when the time is over."""
    found = await _look(turn, str(request[TASK]), request)
    if isinstance(found, Waiting) and found.until is not None and found.until <= turn.now():
        turn.timed_out = True
        return None
    return found


async def _look(turn: Turn, task: str, request: Mapping[str, JSON]) -> str | Waiting:
    found = await turn.tasks.get(task)
    if found.status in TERMINAL:
        turn.timed_out = False
        return PLAIN[found.status]
    # One that ends between this look and the commit would end unseen.
    turn.tasks.hold_on_to(found)
    until = request.get("until")
    return Waiting({**request, TASK: found.id}, "task", None if until is None else datetime.fromisoformat(str(until)))
