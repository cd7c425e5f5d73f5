"""Tasks: made, fetched, listed, changed and deleted."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import metadata, preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter
from tasktalk.bots.api.schemas import RECORD, TEXT, Schema, answer, one_of, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import listing
from tasktalk.bots.dialects.chatbotkit.fields import (
    ERRORS,
    as_decided,
    changes,
    new_task,
    shown_schedule,
    shown_timezone,
)
from tasktalk.bots.dialects.chatbotkit.listing import JSONL, Query
from tasktalk.bots.dialects.chatbotkit.words import ID, MOMENT, STATUS, actor_of, milliseconds, spelled
from tasktalk.bots.dialects.settings import ChatBotKit
from tasktalk.runtime.tasks.changes import LONGEST_SESSION_MS
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.scheduled import Scheduled, ScheduledTasks
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.scheduled_tasks import ScheduledFilter

NAMED: Final = answer("TaskId", {"id": ID})
CONFIGURED: Mapping[str, Schema] = {
    "id": ID,
    "name": TEXT,
    "description": TEXT,
    "meta": RECORD,
    "botId": or_null(TEXT),
    "contactId": or_null(TEXT),
    "schedule": TEXT,
    "timezone": TEXT,
    "sessionDuration": or_null(whole(0, LONGEST_SESSION_MS)),
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
}
"""What was said of a task, which an export has."""
TASK: Final = answer(
    "Task",
    {
        **CONFIGURED,
        "status": one_of(STATUS.values()),
        "outcome": one_of(["pending", "success", "failure"]),
        "lastRunAt": or_null(MOMENT),
        "nextRunAt": or_null(MOMENT),
    },
)
_SENT: Mapping[str, Schema] = {
    "name": or_null(TEXT),
    "description": or_null(TEXT),
    "meta": or_null(RECORD),
    "botId": or_null(TEXT),
    "contactId": or_null(TEXT),
    "schedule": or_null(TEXT),
    "timezone": or_null(TEXT),
}

_CREATE: Final = Operation(
    "Create a task",
    {200: NAMED},
    errors=ERRORS,
    description="Nothing is needed. Without a schedule it is `never`, and the task runs when it is triggered.",
)
_UPDATE: Final = Operation(
    "Update a task",
    {200: NAMED},
    errors=("task_not_found", "conflict", *ERRORS),
    description="Fields that are not sent keep their value; null takes one away.",
    is_versioned=True,
)
_FETCH: Final = Operation("Fetch a task", {200: TASK}, errors=("task_not_found",), is_versioned=True)
_DELETE: Final = Operation(
    "Delete a task",
    {200: NAMED},
    body=sent("NothingToDelete", {}),
    needs_body=False,
    errors=("task_not_found", "conflict", "unknown_field"),
    description="Runs that have not begun are cancelled, one that has comes to its end.",
    is_versioned=True,
)
_ZONE: Final = Parameter("x-timezone", TEXT, "The timezone of a task that names none", "header")
PAGE: Final = listing.page_of("TaskList", TASK)
LINES: Mapping[str, Schema] = {JSONL: listing.line_of("TaskLine", TASK)}
_LIST: Final = Operation(
    "List tasks",
    {200: PAGE},
    parameters=(*listing.PAGING, *listing.FILTERS),
    errors=(*listing.PAGING_ERRORS, "invalid_status", "invalid_meta"),
    description=listing.ANY_META,
    other_types=LINES,
)
_OF_CONTACT: Final = Operation(
    "List a contact's tasks",
    {200: PAGE},
    parameters=listing.PAGING,
    errors=(*listing.PAGING_ERRORS, "contact_not_found"),
    other_types=LINES,
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of tasks."""
    tasks = _Endpoints(services)
    create, update = _writing(services.dialects.chatbotkit)
    return [
        Endpoint("/task/create", {"POST": tasks.create}, {"POST": create}, {"POST": "create"}),
        Endpoint("/task/list", {"GET": tasks.page}, {"GET": _LIST}, {"GET": "list"}),
        Endpoint("/task/{taskId}/fetch", {"GET": tasks.fetch}, {"GET": _FETCH}),
        Endpoint("/task/{taskId}/update", {"POST": tasks.update}, {"POST": update}, {"POST": "update"}),
        Endpoint("/task/{taskId}/delete", {"POST": tasks.delete}, {"POST": _DELETE}),
        Endpoint("/contact/{contactId}/task/list", {"GET": tasks.of_contact}, {"GET": _OF_CONTACT}, {"GET": "list"}),
    ]


@lru_cache(maxsize=16)
def _writing(decided: ChatBotKit) -> tuple[Operation, Operation]:
    """What a create and an update say of themselves."""
    fields, parameters = _sent(decided), (_ZONE,) if decided.x_timezone == "use" else ()
    create = replace(_CREATE, body=sent("NewTask", fields), parameters=parameters)
    return create, replace(_UPDATE, body=sent("TaskChanges", fields))


def _sent(decided: ChatBotKit) -> Mapping[str, Schema]:
    """The fields of a request."""
    longest = None if decided.session_duration_over_max == "clamp" else LONGEST_SESSION_MS
    return {**_SENT, "sessionDuration": or_null(whole(0, longest))}


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services, self._decided = services, services.dialects.chatbotkit

    async def create(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        sent_fields = as_decided(await json_object(request), self._decided)
        zone = request.headers.get(_ZONE.name) if self._decided.x_timezone == "use" else None
        if zone and sent_fields.get("timezone") is None:
            sent_fields = {**sent_fields, "timezone": zone}
        new = new_task(sent_fields)

        async def action(tasks: Tasks) -> Task:
            return await tasks.create(new)

        return _changed(await units.changing(self._services, actor, action))

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        found = await ScheduledTasks(units.reading(self._services, actor)).get(request.match_info["taskId"])
        return preconditions.shown(request, web.json_response(whole_task(found)), found.task.version)

    async def page(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        return await self._page(request, units.reading(self._services, actor), Query(request).filter())

    async def of_contact(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        tasks, contact_id = units.reading(self._services, actor), request.match_info["contactId"]
        await tasks.demand_contact(contact_id)
        return await self._page(request, tasks, ScheduledFilter(contact_id=contact_id))

    async def _page(self, request: web.Request, tasks: Tasks, matching: ScheduledFilter) -> web.StreamResponse:
        query = Query(request)
        take = query.take or listing.DEFAULT_TAKE
        found = await ScheduledTasks(tasks).page(matching, order=query.order, after=query.after, limit=take + 1)
        page, cursor = listing.cut(found, take, lambda each: spelled(each.task.id))
        return await listing.answered(request, [whole_task(each) for each in page], cursor)

    async def update(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        sent_fields = as_decided(await json_object(request), self._decided)
        task_id = request.match_info["taskId"]

        async def action(tasks: Tasks) -> Task:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            before = await tasks.schedule(task)
            asked, timing = changes(sent_fields, task, None if before is None else before.timing)
            return (await tasks.update(task_id, asked, timing))[0]

        return _changed(await units.changing(self._services, actor, action))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        refuse_unknown(await json_object(request, may_be_empty=True), ())
        task_id = request.match_info["taskId"]

        async def action(tasks: Tasks) -> Task:
            preconditions.demand(request, (await tasks.get(task_id)).version)
            return await tasks.delete(task_id)

        task = await units.changing(self._services, actor, action)
        return web.json_response({"id": spelled(task.id)})


def configured(found: Scheduled) -> dict[str, Any]:
    """What was said of the task."""
    task, timing = found.task, found.timing
    return {
        "id": spelled(task.id),
        "name": task.title,
        "description": task.description,
        "meta": metadata.shown(task),
        "botId": task.bot,
        "contactId": task.contact_id,
        "schedule": shown_schedule(timing),
        "timezone": shown_timezone(timing),
        "sessionDuration": task.session_ms,
        "createdAt": milliseconds(task.created_at),
        "updatedAt": milliseconds(task.updated_at),
    }


def whole_task(found: Scheduled) -> dict[str, Any]:
    """The task, with what its runs say of it."""
    return {
        **configured(found),
        "status": STATUS[found.activity],
        "outcome": found.outcome,
        "lastRunAt": milliseconds(found.last_run_at),
        "nextRunAt": milliseconds(found.next_run_at),
    }


def _changed(task: Task) -> web.Response:
    return preconditions.changed(web.json_response({"id": spelled(task.id)}), task.version)
