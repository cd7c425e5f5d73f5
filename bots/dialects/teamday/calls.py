"""What webhooks of this interface are told: its own names of events, its own shape of tasks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasktalk.bots.dialects.teamday import assignees
from tasktalk.bots.dialects.teamday.assignees import IsBot
from tasktalk.bots.dialects.teamday.shown import whole_task
from tasktalk.bots.dialects.teamday.words import SOURCE, STATUS, spelled
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.tasks.hook_forms import Form
from tasktalk.runtime.tasks.model import Task

CREATED: Final = "task.created"
UPDATED: Final = "task.updated"
STATUS_CHANGED: Final = "task.status_changed"
COMPLETED: Final = "task.completed"
ASSIGNED: Final = "task.assigned"
EVENTS: Final = (CREATED, UPDATED, STATUS_CHANGED, COMPLETED, ASSIGNED)

_FIRST: Mapping[str, str] = {
    "task_created": CREATED,
    "task_updated": UPDATED,
    "task_completed": UPDATED,
    "task_retried": UPDATED,
}


def hook_form(is_bot: IsBot) -> Form:
    """The form for those who want to be told so."""
    return Form(SOURCE, EVENTS, _told, lambda happened, name: _data(happened, name, is_bot))


def _told(happened: Happened) -> Sequence[str]:
    first = _FIRST.get(happened.row["kind"])
    if first is None or happened.row["subject"] != "task":
        return ()
    before, after = _statuses(happened)
    return [
        first,
        *([STATUS_CHANGED] if first == UPDATED and before != after else []),
        *([COMPLETED] if after == "completed" and before != after else []),
        *([ASSIGNED] if happened.after("assignee") else []),
    ]


def _data(happened: Happened, name: str, is_bot: IsBot) -> Mapping[str, Any]:
    row = happened.row
    data: dict[str, Any] = {
        "eventId": row["id"],
        "actor": row["actor"],
        "taskId": spelled(row["subject_id"]),
        "task": None if happened.task is None else whole_task(Task.of(happened.task), is_bot),
    }
    if name == STATUS_CHANGED:
        data["previousStatus"], data["status"] = _statuses(happened)
    if name == ASSIGNED:
        before, after = row["changes"]["assignee"]
        data["previousAssignedTo"] = before and assignees.shown(before, is_bot)
        data["assignedTo"] = assignees.shown(after, is_bot)
    return data


def _statuses(happened: Happened) -> tuple[str | None, str | None]:
    """What the status was and is, in this interface's words; None where it is not told."""
    before, after = happened.row["changes"].get("status") or (None, None)
    return before and STATUS.show(before), after and STATUS.show(after)
