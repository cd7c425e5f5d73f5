"""What a request says of a task, in the words that are used inside, and what is shown of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.bytebot.words import PRIORITY, Face, refuse_unknown
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.scripts import HasScripts, has_task_script
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.model import NewTask, Task

TYPES: Final = ("IMMEDIATE", "SCHEDULED")
MAKERS: Final = ("USER", "API")
CREATION: Final = ("description", "priority", "type", "scheduledFor", "createdBy", "model", "files")
CHANGES: Final = ("status", "priority", "description")
LONGEST_TITLE: Final = 200

_NOTED: Final = ("type", "scheduledFor", "createdBy", "model")
"""What is kept in the task's context as it came."""


class Bots(HasScripts, Protocol):
    """What is asked of the bots."""

    def is_bot(self, name: str) -> bool: ...


def new_task(sent: Mapping[str, Any], bots: Bots, now: datetime) -> NewTask:
    """The task that a request asks for. Raises Refused."""
    refuse_unknown(sent, CREATION)
    given = {name: value for name, value in sent.items() if value is not None}
    title, description = _written(given.get("description"))
    kind, scheduled_for = given.get("type", TYPES[0]), given.get("scheduledFor")
    _demand("type", kind, TYPES)
    if "createdBy" in given:
        _demand("createdBy", given["createdBy"], MAKERS)
    moment = due.iso(scheduled_for) if isinstance(scheduled_for, str) else None
    if (scheduled_for is not None or kind == "SCHEDULED") and moment is None:
        raise Refused("invalid_scheduled_for", "scheduledFor must be a date like 2030-01-31T17:00:00Z")
    if kind == "SCHEDULED" and moment is not None and moment <= now:
        raise Refused("invalid_scheduled_for", f"scheduledFor must lie ahead, and now it is {time(now)}")
    bot = _bot(given.get("model"), bots, is_at_once=kind != "SCHEDULED")
    return NewTask(
        title,
        description,
        priority=PRIORITY.read(given.get("priority", "MEDIUM")),
        context={name: given[name] for name in _NOTED if name in given},
        bot=bot,
        assignee=None if kind == "SCHEDULED" else bot,
        schedule=time(moment) if kind == "SCHEDULED" else None,
        is_once=kind == "SCHEDULED",
    )


def changes(face: Face, sent: Mapping[str, Any], task: Task) -> dict[str, object]:
    """What is to change of a task. Raises Refused."""
    refuse_unknown(sent, CHANGES)
    asked: dict[str, object] = {}
    if "status" in sent:
        asked["status"] = face.status.read(sent["status"], now=task.status)
    if "priority" in sent:
        asked["priority"] = PRIORITY.read(sent["priority"], now=task.priority)
    if "description" in sent and sent["description"] != described(task):
        asked["title"], asked["description"] = _written(sent["description"])
    return asked


def described(task: Task) -> str:
    """The one text that this interface has of a task: what was written here is read back as it was."""
    if not task.description:
        return task.title
    if task.description.lstrip().startswith(task.title):
        return task.description
    return f"{task.title}\n{task.description}"


def shown(face: Face, task: Task) -> dict[str, object]:
    """The task, as the document has it."""
    return {
        "id": task.id,
        "description": described(task),
        "status": face.status.show(task.status),
        "priority": PRIORITY.show(task.priority),
        "createdAt": time(task.created_at),
        "updatedAt": time(task.updated_at),
    }


def more_shown(task: Task, *, is_with_person: bool) -> dict[str, object]:
    """What the server that is shipped tells besides."""
    context = task.context
    scheduled_for, maker, model = (context.get(name) for name in ("scheduledFor", "createdBy", "model"))
    return {
        "type": TYPES[task.is_scheduled],
        "control": "USER" if is_with_person else "ASSISTANT",
        "createdBy": maker if maker in MAKERS else "USER",
        "scheduledFor": scheduled_for if isinstance(scheduled_for, str) else None,
        "queuedAt": time(task.created_at),
        "executedAt": time(task.started_at),
        "completedAt": time(task.completed_at),
        "error": task.resolution if task.status == "failed" else None,
        "result": {"text": task.resolution} if task.status == "completed" and task.resolution else None,
        "model": model if isinstance(model, dict) else {"name": task.bot} if task.bot else {},
    }


def _written(description: object) -> tuple[str, str]:
    """The title and the description of a task that is described so."""
    if not isinstance(description, str) or not description.strip():
        raise Refused("invalid_description", "description must be a text that is not blank")
    title = description.strip().splitlines()[0].strip()[:LONGEST_TITLE].strip()
    return title, "" if title == description else description


def _demand(name: str, value: object, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise Refused(f"invalid_{name.lower()}", f"{name} must be one of: {', '.join(known)}")


def _bot(model: object, bots: Bots, *, is_at_once: bool) -> str | None:
    """The bot that is to do it, where the model is one that does; any other is noted and nothing more."""
    if not isinstance(model, dict | str | None):
        raise Refused("invalid_model", "model must be a record with a name, or a name")
    name = model.get("name") if isinstance(model, dict) else model
    if not isinstance(name, str) or not bots.is_bot(name):
        return None
    return name if not is_at_once or has_task_script(bots, name) else None
