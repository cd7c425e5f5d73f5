"""A task as this interface shows it. What nobody has set is left out."""

from collections.abc import Mapping
from typing import Any, Final

from tasktalk.bots.api import metadata
from tasktalk.bots.api.schemas import RECORD, TEXT, TIME, Schema, answer, one_of
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.teamday import assignees
from tasktalk.bots.dialects.teamday.assignees import IsBot
from tasktalk.bots.dialects.teamday.words import ID, PRIORITY, STATUS, spelled
from tasktalk.runtime.tasks.changes import ASSIGNEE_TYPES
from tasktalk.runtime.tasks.model import Task

MOST_TITLE: Final = 200
"""Characters of a title."""

_OPTIONAL: Final = ("assignedTo", "spaceId", "dueDate", "completedAt")
FIELDS: Mapping[str, Schema] = {
    "id": ID,
    "title": {**TEXT, "maxLength": MOST_TITLE},
    "description": TEXT,
    "status": one_of(STATUS.words),
    "priority": one_of(PRIORITY.words),
    "assignedTo": TEXT,
    "assigneeType": one_of(ASSIGNEE_TYPES),
    "spaceId": TEXT,
    "organizationId": TEXT,
    "createdBy": TEXT,
    "createdAt": TIME,
    "updatedAt": TIME,
    "dueDate": TIME,
    "completedAt": TIME,
    "metadata": RECORD,
}
TASK: Final = answer("Task", FIELDS, _OPTIONAL)


def whole_task(task: Task, is_bot: IsBot) -> dict[str, Any]:
    """The task. A due date that is none but the SLA's nobody has set."""
    fields = {
        "id": spelled(task.id),
        "title": task.title[:MOST_TITLE],
        "description": task.description,
        "status": STATUS.show(task.status),
        "priority": PRIORITY.show(task.priority),
        "assignedTo": None if task.assignee is None else assignees.shown(task.assignee, is_bot),
        "assigneeType": assignees.kind(task.assignee, task.assignee_type, is_bot),
        "spaceId": task.space_id,
        "organizationId": task.organisation_id,
        "createdBy": task.created_by,
        "createdAt": time(task.created_at),
        "updatedAt": time(task.updated_at),
        "dueDate": None if task.is_due_by_sla else time(task.due_at),
        "completedAt": time(task.completed_at),
        "metadata": metadata.shown(task),
    }
    return {name: value for name, value in fields.items() if value is not None}
