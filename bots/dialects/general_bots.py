"""The task interface of General Bots: its words, its routes, its shapes of answers and errors.

Served below /gb and, for clients that know only a host, at the root; with and without the doubled `tasks` that comes of
joining that interface's base URL and endpoints.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import auth, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.changes import MOST_TAGS
from tasktalk.runtime.tasks.model import Actor, NewTask, Schedule, Task, spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import PLAIN, Priority, Status
from tasktalk.storage.tasks import Order, Sort, TaskFilter

SOURCE: Final = "general_bots"

STATUS = Vocabulary[Status](
    "invalid_status",
    "Status",
    PLAIN,
    {"pending": "pending", "in_progress": "in_progress", "completed": "completed", "cancelled": "cancelled"},
)
PRIORITY = Vocabulary[Priority](
    "invalid_priority",
    "Priority",
    {"low": "low", "medium": "medium", "high": "high", "urgent": "critical"},
    {"low": "low", "medium": "medium", "high": "high", "critical": "urgent", "urgent": "urgent"},
)

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100

_SORTS: Mapping[str, Sort] = {
    "created_at": "created_at",
    "due_date": "due_at",
    "priority": "priority",
    "updated_at": "updated_at",
}
_ORDERS: Mapping[str, Order] = {"asc": "asc", "desc": "desc"}
_DENIED: Mapping[str, str] = {
    READ: "You don't have permission to see tasks",
    WRITE: "You don't have permission to modify this task",
}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    tasks = _Endpoints(services)
    found = [
        Endpoint("/tasks", {"GET": tasks.page, "POST": tasks.create}),
        Endpoint("/tasks/{task_id}", {"GET": tasks.get, "PATCH": tasks.update, "DELETE": tasks.delete}),
        Endpoint("/tasks/{task_id}/complete", {"POST": tasks.complete}),
    ]
    return [
        # The doubled spelling first: otherwise its second `tasks` is read as the id of a task.
        *mounted(["/gb/api/v1/tasks", "/gb/api/v1", "/api/v1/tasks", "/api/v1"], found, plain_answer),
        unknown("/gb", plain_answer),
        unknown("/api/v1/tasks", plain_answer),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        new = _new_task(await json_object(request))

        async def action(tasks: Tasks) -> Task:
            return await tasks.create(new)

        task = await units.changing(self._services, actor, action)
        return web.json_response(_created(task), status=201)

    async def get(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        tasks = units.reading(self._services, actor)
        task = await tasks.get(request.match_info["task_id"])
        name = task.assignee and await self._services.accounts.name_of(task.assignee, actor.organisation_id)
        return web.json_response(_full(task, name or None, await tasks.schedule(task)))

    async def page(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        query = _Query(request)
        number = query.number("page", 1)
        limit = min(query.number("limit", DEFAULT_LIMIT), LARGEST_LIMIT)
        found, total = await units.reading(self._services, actor).page(
            query.filter(),
            sort=query.choice("sort", _SORTS, "created_at"),
            order=query.choice("order", _ORDERS, "desc"),
            page=number,
            limit=limit,
        )
        rows = [_row(task) for task in found]
        return web.json_response({"tasks": rows, "total": total, "page": number, "limit": limit})

    async def update(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        sent = await json_object(request)
        task_id = request.match_info["task_id"]

        async def action(tasks: Tasks) -> tuple[Task, list[str]]:
            changes = _changes(sent, await tasks.get(task_id))
            return await tasks.update(task_id, changes)

        task, changed = await units.changing(self._services, actor, action)
        return web.json_response(
            {
                "task_id": spelled(task.id),
                "updated": bool(changed),
                "updated_fields": [field for field in sent if _FIELDS[field] in changed],
                "updated_at": _time(task.updated_at),
            }
        )

    async def complete(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        sent = await json_object(request, may_be_empty=True)
        _refuse_unknown(sent, _COMPLETION)
        minutes = _minutes(sent.get("time_spent_minutes"))

        async def action(tasks: Tasks) -> Task:
            task_id = request.match_info["task_id"]
            return await tasks.complete(task_id, sent.get("resolution"), minutes, sent.get("outcomes"))

        task = await units.changing(self._services, actor, action)
        return web.json_response(
            {
                "task_id": spelled(task.id),
                "status": STATUS.show(task.status),
                "completed_at": _time(task.completed_at),
                "completed_by": task.completed_by,
            }
        )

    async def delete(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)

        async def action(tasks: Tasks) -> Task:
            return await tasks.delete(request.match_info["task_id"])

        task = await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "task_id": spelled(task.id)})

    async def _actor(self, request: web.Request) -> Actor:
        return auth.actor(await auth.identify(request, self._services.accounts, _DENIED), SOURCE)


# Words in.


def _due(value: object) -> datetime | None:
    if value is None:
        return None
    moment = due.iso(value) if isinstance(value, str) else None
    if moment is None:
        raise Refused("invalid_due_date", due.NOT_A_DATE)
    return moment


def _minutes(value: object) -> object:
    if isinstance(value, float) and not value.is_integer():
        raise Refused("invalid_time_spent", "Time spent must be a whole number of minutes")
    return value


def _as_it_is(value: object) -> object:
    return value


_FIELDS: Mapping[str, str] = {
    "title": "title",
    "description": "description",
    "status": "status",
    "priority": "priority",
    "assignee": "assignee",
    "due_date": "due_at",
    "tags": "tags",
    "progress": "progress",
    "context": "context",
    "time_spent_minutes": "time_spent_minutes",
}
"""The fields that PATCH takes, by their names inside."""

_READ: Mapping[str, Callable[[object], object]] = {
    "status": STATUS.read,
    "priority": PRIORITY.read,
    "due_date": _due,
    "time_spent_minutes": _minutes,
}

_CREATION = (
    "title",
    "description",
    "assignee",
    "due_date",
    "priority",
    "tags",
    "context",
    "bot",
    "schedule",
    "timezone",
)
_COMPLETION = ("resolution", "time_spent_minutes", "outcomes")
_READ_ONLY = (
    *("task_id", "created_at", "created_by", "updated_at", "completed_at", "completed_by", "resolution", "outcomes"),
    *("comments_count", "attachments_count", "bot", "schedule", "timezone", "next_run_at"),
)


def _new_task(sent: Mapping[str, Any]) -> NewTask:
    _refuse_unknown(sent, _CREATION)
    given = {field: value for field, value in sent.items() if value is not None}
    read = {_FIELDS.get(field, field): _READ.get(field, _as_it_is)(value) for field, value in given.items()}
    return NewTask(**{"title": None, **read})


def _changes(sent: Mapping[str, Any], task: Task) -> dict[str, object]:
    """What is to change. A word that is shown for the task already is none, however fine the task's own word is."""
    _refuse_unknown(sent, _FIELDS)
    shown = _shown(task)
    return {
        _FIELDS[field]: _READ.get(field, _as_it_is)(value)
        for field, value in sent.items()
        if not (type(value) is type(shown[field]) and value == shown[field] and field in _READ)
    }


def _refuse_unknown(sent: Mapping[str, object], known: Sequence[str] | Mapping[str, str]) -> None:
    for field in sent:
        if field in known:
            continue
        if field in _READ_ONLY:
            raise Refused("read_only_field", f"Field {field} cannot be changed")
        raise Refused("unknown_field", f"There is no field {field}; the fields are: {', '.join(known)}")


class _Query:
    """The parameters of a list request; each reader raises Refused for a value that is none."""

    def __init__(self, request: web.Request) -> None:
        self._query = request.query

    def filter(self) -> TaskFilter:
        """The conditions."""
        return TaskFilter(
            statuses=self._words("status", STATUS),
            priorities=self._words("priority", PRIORITY),
            assignee=self._query.get("assignee") or None,
            due_before=self._moment("due_before"),
            due_after=self._moment("due_after"),
            tags=self._tags(),
            with_scheduled="scheduled" in self._list("include"),
        )

    def number(self, name: str, default: int) -> int:
        """A whole number from 1."""
        text = self._query.get(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            raise Refused(f"invalid_{name}", f"Expected {name} to be a whole number from 1, got {text[:40]}")
        return int(text)

    def choice(self, name: str, known: Mapping[str, Any], default: str) -> Any:
        """One of the known words, translated."""
        text = self._query.get(name) or default
        if text not in known:
            raise Refused(f"invalid_{name}", f"Expected {name} to be one of {', '.join(known)}, got {text[:40]}")
        return known[text]

    def _words(self, name: str, words: Vocabulary[Any]) -> list[str] | None:
        asked = self._list(name)
        return [inner for word in asked for inner in words.all_of(word)] if asked else None

    def _tags(self) -> list[str]:
        tags = self._list("tags")
        if len(tags) > MOST_TAGS:
            raise Refused("invalid_tags", f"Expected at most {MOST_TAGS} tags, got {len(tags)}")
        return tags

    def _moment(self, name: str) -> datetime | None:
        text = self._query.get(name)
        if not text:
            return None
        # An offset's plus sign that was not escaped has become a blank.
        moment = due.iso(text.replace(" ", "+") if "T" in text else text)
        if moment is None:
            raise Refused(f"invalid_{name}", f"Expected {name} to be a date like 2030-01-31T17:00:00Z, got {text[:40]}")
        return moment

    def _list(self, name: str) -> list[str]:
        return [word for text in self._query.getall(name, []) for word in map(str.strip, text.split(",")) if word]


# Words out.


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _shown(task: Task) -> dict[str, object]:
    return {
        "title": task.title,
        "description": task.description,
        "status": STATUS.show(task.status),
        "priority": PRIORITY.show(task.priority),
        "assignee": task.assignee,
        "due_date": _time(task.due_at),
        "progress": task.progress,
        "time_spent_minutes": round(task.time_spent_minutes),
        "tags": task.tags,
        "context": task.context,
    }


def _created(task: Task) -> dict[str, object]:
    full = _full(task, None, None)
    first = ("task_id", "title", "status", "created_at", "created_by")
    return {field: full[field] for field in first}


def _row(task: Task) -> dict[str, object]:
    shown = _shown(task)
    fields = ("title", "status", "assignee", "priority", "due_date", "progress")
    return {"task_id": spelled(task.id), **{field: shown[field] for field in fields}}


def _full(task: Task, assignee_name: str | None, schedule: Schedule | None) -> dict[str, object]:
    assignee = task.assignee and {"user_id": task.assignee, "name": assignee_name, "avatar_url": None}
    return {
        "task_id": spelled(task.id),
        **_shown(task),
        "assignee": assignee,
        "created_at": _time(task.created_at),
        "created_by": task.created_by,
        "updated_at": _time(task.updated_at),
        "completed_at": _time(task.completed_at),
        "completed_by": task.completed_by,
        "resolution": task.resolution,
        "outcomes": task.outcomes or [],
        "comments_count": 0,
        "attachments_count": 0,
        "bot": task.bot,
        "schedule": schedule and schedule.spec,
        "timezone": schedule and schedule.timezone,
        "next_run_at": schedule and _time(schedule.next_run_at),
    }
