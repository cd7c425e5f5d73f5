"""What a recorded event is for scripts: the ON … that it starts, and the values that they get of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.records import record, with_due_date
from tasktalk.storage.writes import Row

FORM = "ON FORM SUBMIT"
RAISED = "event_raised"
"""The kind of an event that somebody raised by its name."""
SUBMITTED = "form_submitted"
"""The kind of an event that is a form which somebody sent."""
COMMENTED = "comment_added"
"""The kind of an event that is a comment on a task."""

_OF_COMMENT = ("text", "author", "mentions", "attachments", "comment_id")
_BY_KIND: Mapping[str, tuple[str, ...]] = {
    "task_created": ("ON TASK CREATED",),
    "task_updated": ("ON TASK UPDATED",),
    "task_completed": ("ON TASK UPDATED", "ON TASK COMPLETED"),
    "task_overdue": ("ON TASK OVERDUE",),
    "task_deleted": ("ON TASK DELETED",),
    COMMENTED: ("ON TASK COMMENTED",),
}
_BY_STATUS: Mapping[str, str] = {
    "in_progress": "ON TASK STARTED",
    "failed": "ON TASK FAILED",
    "cancelled": "ON TASK CANCELLED",
}
STARTED = frozenset(
    {"ON EVENT", FORM, "ON TASK ASSIGNED", *_BY_STATUS.values(), *(p for phrases in _BY_KIND.values() for p in phrases)}
)
"""Every ON … that something starts."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What happened. `name` is that of an ON EVENT or of a form, empty for tasks; `bot` is whose it is, None where
    nobody says."""

    phrases: tuple[str, ...]
    name: str
    bot: str | None
    tell: Callable[[], Mapping[str, Value]]
    """Gives the values that a handler gets; most events have none."""


def occasion(row: Row) -> Occasion | None:
    """What the event's row tells; None when no script can have a handler for it."""
    changes: Mapping[str, Any] = row["changes"]
    if row["kind"] == RAISED:
        data = _after(changes, "data")
        fields = data if isinstance(data, dict) else {}
        name = str(_after(changes, "name"))
        raised = {**fields, "name": name, "data": data}
        return Occasion(("ON EVENT",), name, str(_after(changes, "bot")), lambda: raised)
    if row["kind"] == SUBMITTED:
        sent, name = _after(changes, "data"), str(_after(changes, "name"))
        # A field `name` is the form's own: what the form is called stands in `form`.
        given = {**sent, "form": name, "data": sent, "fields": sent}
        return Occasion((FORM,), name, str(_after(changes, "bot")), lambda: given)
    phrases = _BY_KIND.get(row["kind"])
    if phrases is None:
        return None
    before, status = changes.get("status", (None, None))
    # A bot that has its answer goes on with what was begun long before.
    more = [_BY_STATUS[status]] if status in _BY_STATUS and (before, status) != ("needs_help", "in_progress") else []
    if _after(changes, "assignee"):
        more.append("ON TASK ASSIGNED")
    return Occasion((*phrases, *more), "", None, lambda: _told(row))


def _told(row: Row) -> dict[str, Value]:
    """What handlers are told of a task's event, beside the task."""
    changes = row["changes"]
    values: dict[str, Value] = {"kind": row["kind"], "actor": row["actor"], "changes": _shown(changes)}
    if row["kind"] == COMMENTED:
        values["comment"] = {name: _after(changes, name) for name in _OF_COMMENT}
    return values


def task_of(row: Row, found: Row | None) -> dict[str, Value]:
    """The task that an event is about, as a record; of one that is gone, what the event tells of it."""
    if found is not None:
        return record(Task.of(found), row["created_at"])
    before = {field: pair[0] for field, pair in row["changes"].items()}
    task_id = spelled(row["subject_id"])
    return with_due_date({"task_id": task_id, "id": task_id, **before})


def raised(bot: str, name: str, data: Value) -> dict[str, tuple[object, object]]:
    """The changes of an event that somebody raises, or of a form that somebody sends."""
    return {"bot": (None, bot), "name": (None, name), "data": (None, data)}


def _after(changes: Mapping[str, Any], field: str) -> Any:
    pair = changes.get(field)
    return pair[1] if pair else None


def _shown(changes: Mapping[str, Any]) -> Value:
    return with_due_date({field: {"before": pair[0], "after": pair[1]} for field, pair in changes.items()})
