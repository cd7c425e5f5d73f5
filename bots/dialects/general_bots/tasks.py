"""Tasks: made, read, listed, changed, completed and deleted."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import (
    NOT_BLANK,
    RECORD,
    TEXT,
    TIME,
    YES_OR_NO,
    Schema,
    answer,
    items,
    one_of,
    or_null,
    sent,
    whole,
)
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import due_date, time
from tasktalk.bots.dialects.general_bots import listing
from tasktalk.bots.dialects.general_bots.listing import ORDERS, SORTS, Query
from tasktalk.bots.dialects.general_bots.pages import Page, page_of
from tasktalk.bots.dialects.general_bots.words import (
    PRIORITY,
    SHOWN_PRIORITY,
    SHOWN_STATUS,
    STATUS,
    TASK_ID,
    actor_of,
    minutes,
)
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import dependencies
from tasktalk.runtime.tasks.changes import MOST_MINUTES, MOST_TAGS
from tasktalk.runtime.tasks.model import NewTask, Schedule, Task, spelled
from tasktalk.runtime.tasks.service import Tasks

ITEM: Final = answer("ChecklistItem", {"text": TEXT, "done": YES_OR_NO})
_NAMED: Mapping[str, Schema] = {"task_id": TASK_ID}
_ROW: Mapping[str, Schema] = {
    **_NAMED,
    "title": TEXT,
    "status": SHOWN_STATUS,
    "assignee": or_null(TEXT),
    "priority": SHOWN_PRIORITY,
    "due_date": or_null(TIME),
    "progress": whole(0, 100),
}
_WHOLE_TASK: Mapping[str, Schema] = {
    **_ROW,
    "description": TEXT,
    "time_spent_minutes": whole(0),
    "tags": items(TEXT),
    "context": RECORD,
    "assignee": or_null(
        answer("Person", {"user_id": TEXT, "name": or_null(TEXT), "avatar_url": or_null(TEXT)}),
    ),
    "created_at": TIME,
    "created_by": TEXT,
    "updated_at": TIME,
    "completed_at": or_null(TIME),
    "completed_by": or_null(TEXT),
    "resolution": or_null(TEXT),
    "outcomes": items(TEXT),
    "comments_count": whole(0),
    "attachments_count": whole(0),
    "checklist": items(ITEM),
    "bot": or_null(TEXT),
    "schedule": or_null(TEXT),
    "timezone": or_null(TEXT),
    "next_run_at": or_null(TIME),
    "sla": or_null(one_of(["on_time", "breached"])),
    "depends_on": items(TASK_ID),
}
CREATED: Final = answer(
    "CreatedTask", {**_NAMED, "title": TEXT, "status": SHOWN_STATUS, "created_at": TIME, "created_by": TEXT}
)
_SENT: Mapping[str, Schema] = {
    "title": NOT_BLANK,
    "description": or_null(TEXT),
    "priority": one_of(PRIORITY.readable),
    "assignee": or_null(TEXT),
    "due_date": or_null(TIME),
    "tags": items(TEXT, MOST_TAGS),
    "context": RECORD,
}
_NEW = {name: schema if name == "title" else or_null(schema) for name, schema in _SENT.items()}
_SCHEDULED: Mapping[str, Schema] = {"bot": or_null(TEXT), "schedule": or_null(TEXT), "timezone": or_null(TEXT)}
_MINUTES: Final = whole(0, MOST_MINUTES)
_CHANGED: Mapping[str, Schema] = {
    **_SENT,
    "status": one_of(STATUS.readable),
    "progress": whole(0, 100),
    "time_spent_minutes": _MINUTES,
    "depends_on": or_null(items(TEXT, dependencies.MOST)),
}
_WRONG_FIELDS: Final = (
    *("missing_title", "invalid_title", "invalid_description", "invalid_priority", "invalid_assignee"),
    *("unknown_assignee", "invalid_due_date", "invalid_tags", "invalid_context", "unknown_field", "read_only_field"),
)

_CREATE: Final = Operation(
    "Create a task",
    {201: CREATED},
    body=sent("NewTask", {**_NEW, **_SCHEDULED}, ["title"]),
    errors=(
        *_WRONG_FIELDS,
        *("missing_bot", "invalid_bot", "bot_not_found", "invalid_schedule", "invalid_timezone"),
    ),
    description="Only the title is needed. Bot, schedule and timezone make a scheduled task.",
)
_LIST: Final = Operation(
    "List tasks",
    {200: page_of("TaskList", "tasks", answer("TaskRow", _ROW))},
    parameters=listing.PARAMETERS,
    errors=listing.ERRORS,
)
_GET: Final = Operation("Get a task", {200: answer("Task", _WHOLE_TASK)}, errors=("task_not_found",), is_versioned=True)
_UPDATE: Final = Operation(
    "Change a task",
    {
        200: answer(
            "UpdatedTask",
            {**_NAMED, "updated": YES_OR_NO, "updated_fields": items(one_of(_CHANGED)), "updated_at": TIME},
        )
    },
    body=sent("TaskChanges", _CHANGED),
    errors=(
        *("task_not_found", "conflict", "invalid_transition", "blocked_by_dependency"),
        *("invalid_status", "invalid_progress", "invalid_time_spent", "invalid_depends_on", "cyclic_dependency"),
        *_WRONG_FIELDS,
    ),
    description="Fields that are not sent keep their value; `updated_fields` has those that were not so already.",
    is_versioned=True,
)
_COMPLETE: Final = Operation(
    "Complete a task",
    {
        200: answer(
            "CompletedTask",
            {**_NAMED, "status": SHOWN_STATUS, "completed_at": TIME, "completed_by": TEXT},
        )
    },
    body=sent(
        "Completion",
        {"resolution": or_null(TEXT), "time_spent_minutes": or_null(_MINUTES), "outcomes": or_null(items(TEXT))},
    ),
    needs_body=False,
    errors=(
        *("task_not_found", "conflict", "invalid_transition", "blocked_by_dependency"),
        *("unknown_field", "read_only_field"),
        *("invalid_resolution", "invalid_time_spent", "invalid_outcomes"),
    ),
    description="Completing a task again gives the first answer again.",
    is_versioned=True,
)
_DELETE: Final = Operation(
    "Delete a task",
    {200: answer("DeletedTask", {"deleted": YES_OR_NO, **_NAMED})},
    errors=("task_not_found", "conflict"),
    is_versioned=True,
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of tasks."""
    tasks = _Endpoints(services)
    return [
        Endpoint(
            "/tasks",
            {"GET": tasks.page, "POST": tasks.create},
            {"GET": _LIST, "POST": _CREATE},
            {"GET": "list", "POST": "create"},
        ),
        Endpoint(
            "/tasks/{task_id}",
            {"GET": tasks.get, "PATCH": tasks.update, "DELETE": tasks.delete},
            {"GET": _GET, "PATCH": _UPDATE, "DELETE": _DELETE},
            {"PATCH": "update"},
        ),
        Endpoint("/tasks/{task_id}/complete", {"POST": tasks.complete}, {"POST": _COMPLETE}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        new = _new_task(await json_object(request))

        async def action(tasks: Tasks) -> Task:
            return await tasks.create(new)

        task = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(created(task), status=201), task.version)

    async def get(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        tasks = units.reading(self._services, actor)
        task = await tasks.get(request.match_info["task_id"])
        name = task.assignee and await self._services.accounts.name_of(task.assignee, actor.organisation_id)
        beside = {
            "sla": task.sla(self._services.clock.now()),
            "depends_on": [spelled(other) for other in await tasks.dependencies(task)],
        }
        answer = web.json_response(_full(task, name or None, await tasks.schedule(task)) | beside)
        return preconditions.shown(request, answer, task.version)

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        query = Query(request)
        page = Page.asked(query)
        found, total = await units.reading(self._services, actor).page(
            query.filter(),
            sort=query.choice("sort", SORTS, "created_at"),
            order=query.choice("order", ORDERS, "desc"),
            page=page.number,
            limit=page.limit,
        )
        return page.answer("tasks", [_row(task) for task in found], total)

    async def update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        task_id = request.match_info["task_id"]

        async def action(tasks: Tasks) -> tuple[Task, list[str]]:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            changes = _changes(sent, task)
            known = task.version
            if "depends_on" in sent:  # first: a task that waits for nothing any more can be begun
                known = (await tasks.set_dependencies(task_id, _tasks(sent["depends_on"]))).version
            after, changed = await tasks.update(task_id, changes)
            return after, [*changed, *(["depends_on"] if known != task.version else [])]

        task, changed = await units.changing(self._services, actor, action)
        answer = web.json_response(
            {
                "task_id": spelled(task.id),
                "updated": bool(changed),
                "updated_fields": [field for field in sent if _FIELDS.get(field, field) in changed],
                "updated_at": time(task.updated_at),
            }
        )
        return preconditions.changed(answer, task.version)

    async def complete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request, may_be_empty=True)
        refuse_unknown(sent, _COMPLETION, _READ_ONLY)
        spent = minutes(sent.get("time_spent_minutes"))

        async def action(tasks: Tasks) -> Task:
            task_id = request.match_info["task_id"]
            preconditions.demand(request, (await tasks.get(task_id)).version)
            return await tasks.complete(task_id, sent.get("resolution"), spent, sent.get("outcomes"))

        task = await units.changing(self._services, actor, action)
        answer = web.json_response(
            {
                "task_id": spelled(task.id),
                "status": STATUS.show(task.status),
                "completed_at": time(task.completed_at),
                "completed_by": task.completed_by,
            }
        )
        return preconditions.changed(answer, task.version)

    async def delete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)

        async def action(tasks: Tasks) -> Task:
            task_id = request.match_info["task_id"]
            preconditions.demand(request, (await tasks.get(task_id)).version)
            return await tasks.delete(task_id)

        task = await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "task_id": spelled(task.id)})


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
"""The fields that PATCH takes of the task itself, by their names inside."""

_READ: Mapping[str, Callable[[object], object]] = {
    "status": STATUS.read,
    "priority": PRIORITY.read,
    "due_date": due_date,
    "time_spent_minutes": minutes,
}

_TIMES: Final = ("due_date", "time_spent_minutes")

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
    *("comments_count", "attachments_count", "checklist", "bot", "schedule", "timezone", "next_run_at", "sla"),
)


def _new_task(sent: Mapping[str, Any]) -> NewTask:
    refuse_unknown(sent, _CREATION, _READ_ONLY)
    given = {field: value for field, value in sent.items() if value is not None}
    read = {_FIELDS.get(field, field): _READ.get(field, _as_it_is)(value) for field, value in given.items()}
    if read.get("schedule") is not None and "bot" not in read:
        raise Problem("missing_bot", "A scheduled task needs a bot to run it")
    return NewTask(**{"title": None, **read})


def _changes(sent: Mapping[str, Any], task: Task) -> dict[str, object]:
    """What is to change. A time is none that is shown already, however much finer the task's own is."""
    refuse_unknown(sent, _CHANGED, _READ_ONLY)
    shown = _shown(task)
    read: dict[str, Callable[[object], object]] = {
        **_READ,
        "status": partial(STATUS.read, now=task.status),
        "priority": partial(PRIORITY.read, now=task.priority),
    }
    return {
        _FIELDS[field]: read.get(field, _as_it_is)(value)
        for field, value in sent.items()
        if field in _FIELDS and not (field in _TIMES and type(value) is type(shown[field]) and value == shown[field])
    }


def _tasks(sent: object) -> list[str]:
    if sent is None:
        return []
    if not isinstance(sent, list) or not all(isinstance(each, str) for each in sent):
        raise Refused("invalid_depends_on", "Depends_on must be a list of ids of tasks")
    return sent


def _shown(task: Task) -> dict[str, object]:
    return {
        "title": task.title,
        "description": task.description,
        "status": STATUS.show(task.status),
        "priority": PRIORITY.show(task.priority),
        "assignee": task.assignee,
        "due_date": time(task.due_at),
        "progress": task.progress,
        "time_spent_minutes": round(task.time_spent_minutes),
        "tags": task.tags,
        "context": task.context,
    }


def created(task: Task) -> dict[str, object]:
    """What is answered to whoever has made a task."""
    return {
        "task_id": spelled(task.id),
        "title": task.title,
        "status": STATUS.show(task.status),
        "created_at": time(task.created_at),
        "created_by": task.created_by,
    }


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
        "created_at": time(task.created_at),
        "created_by": task.created_by,
        "updated_at": time(task.updated_at),
        "completed_at": time(task.completed_at),
        "completed_by": task.completed_by,
        "resolution": task.resolution,
        "outcomes": task.outcomes or [],
        "comments_count": task.comments_count,
        "attachments_count": task.attachments_count,
        "checklist": task.checklist or [],
        "bot": task.bot,
        "schedule": schedule and schedule.spec,
        "timezone": schedule and schedule.timezone,
        "next_run_at": schedule and time(schedule.next_run_at),
    }
