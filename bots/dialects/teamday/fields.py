"""What a request says of a task, in the words that are used inside."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from tasktalk.bots.api import metadata
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.times import due_date
from tasktalk.bots.dialects.teamday import assignees
from tasktalk.bots.dialects.teamday.assignees import AGENT, IsBot
from tasktalk.bots.dialects.teamday.shown import FIELDS, MOST_TITLE, whole_task
from tasktalk.bots.dialects.teamday.words import PRIORITY, STATUS
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes as checks
from tasktalk.runtime.tasks.model import NewTask, Task, Terms
from tasktalk.runtime.tasks.sla import Sla

MOST_BYTES: Final = 64 * 1024
"""Of metadata, as JSON."""
NAMES: Mapping[str, str] = {
    "title": "title",
    "description": "description",
    "status": "status",
    "priority": "priority",
    "assignedTo": "assignee",
    "assigneeType": "assignee_type",
    "spaceId": "space_id",
    "dueDate": "due_at",
    "metadata": "metadata",
}
"""The fields that can be set, by their names inside; metadata is told apart from `context` and `tags`."""
PASSED_OVER: Final = tuple(name for name in FIELDS if name not in NAMES)
"""What may be sent back as it was read, and is not for anybody to set."""
ERRORS: Final = (
    *("missing_title", "invalid_title", "invalid_description", "invalid_status", "invalid_priority"),
    *("invalid_assignee", "unknown_assignee", "invalid_assignee_type", "invalid_space", "invalid_due_date"),
    *("invalid_metadata", "unknown_field"),
)


def new_task(sent: Mapping[str, Any], is_bot: IsBot) -> NewTask:
    """The task that a request asks for; null is as good as not sent. Raises Refused."""
    refuse_unknown(sent, NAMES, passed_over=PASSED_OVER)
    given = {"title": None, **{name: value for name, value in sent.items() if value is not None}}
    return NewTask(**_read(given, None, is_bot))


def changes(sent: Mapping[str, Any], task: Task, is_bot: IsBot) -> dict[str, object]:
    """What is to change of a task; what is sent as it is shown is not. Raises Refused."""
    refuse_unknown(sent, NAMES, passed_over=PASSED_OVER)
    shown = whole_task(task, is_bot)
    other = {name: value for name, value in sent.items() if not checks.is_same(shown.get(name), value)}
    if "assignedTo" in other and "assigneeType" in sent:  # it is said of the new one
        other["assigneeType"] = sent["assigneeType"]
    return _read(other, task, is_bot)


def terms(sent: Mapping[str, Any], sla: Sla) -> Terms:
    """What this interface lets those who use it do: agents need not be in any directory."""
    whom = sent.get("assignedTo")
    is_agent = sent.get("assigneeType") == "agent" or (isinstance(whom, str) and whom.strip().startswith(AGENT))
    return Terms(may_be_late=True, may_be_agent=is_agent, sla=sla)


def whom(said: object, is_bot: IsBot) -> str | None:
    """The assignee with an id. Refuses `invalid_assignee`."""
    name = checks.assignee(said)
    return None if name is None else assignees.read(name, is_bot)


def _read(given: Mapping[str, Any], task: Task | None, is_bot: IsBot) -> dict[str, Any]:
    read: Mapping[str, Callable[[object], object]] = {
        "title": _title,
        "status": STATUS.read,
        "priority": PRIORITY.read,
        "assignedTo": lambda value: whom(value, is_bot),
        "dueDate": due_date,
    }
    found = {
        NAMES[name]: read[name](value) if name in read else value for name, value in given.items() if name in NAMES
    }
    if "metadata" in found:
        found |= _metadata(found.pop("metadata"), task)
    return found


def _title(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("missing_title", "A task needs a title")
    title = checks.title(value)
    if len(title) > MOST_TITLE:
        raise Refused("invalid_title", f"Title can have {MOST_TITLE} characters at most, got {len(title):,}")
    return title


def _metadata(value: object, task: Task | None) -> dict[str, object]:
    """The context and the tags that metadata stands for; null is no metadata."""
    try:
        found = metadata.fields({} if value is None else value, task, called="Metadata")
    except Refused as refused:
        raise Refused("invalid_metadata", refused.message) from None
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MOST_BYTES:
        raise Refused("invalid_metadata", f"Metadata can have {MOST_BYTES:,} bytes at most, got {size:,}")
    return found
