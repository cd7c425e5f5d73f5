"""Tasks: made, read, listed, changed, claimed and deleted."""

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object, read_bytes
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.including import INCLUDE, with_scheduled
from tasktalk.bots.api.repeats import Key, key_of_token
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter
from tasktalk.bots.api.schemas import (
    ANYTHING,
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
from tasktalk.bots.dialects.standard_sla import STANDARD
from tasktalk.bots.dialects.teamday import fields, progress, waiting
from tasktalk.bots.dialects.teamday.shown import MOST_TITLE, TASK, whole_task
from tasktalk.bots.dialects.teamday.words import ID, PRIORITY, STATUS, actor_of, spelled
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes as checks
from tasktalk.runtime.tasks.changes import ASSIGNEE_TYPES
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import Status
from tasktalk.storage.listing import TaskFilter

DEFAULT_LIMIT: Final = 50
LARGEST_LIMIT: Final = 100
_LIMIT = re.compile(r"\d{1,18}", re.ASCII)

_TITLE: Final = {**NOT_BLANK, "maxLength": MOST_TITLE}
_SENT: Mapping[str, Schema] = {
    "title": _TITLE,
    "description": or_null(TEXT),
    "status": one_of(STATUS.words),
    "priority": one_of(PRIORITY.words),
    "assignedTo": or_null(TEXT),
    "assigneeType": or_null(one_of(ASSIGNEE_TYPES)),
    "spaceId": or_null(TEXT),
    "dueDate": or_null(TIME),
    "metadata": or_null(RECORD),
}
_NEW = {name: schema if name == "title" else or_null(schema) for name, schema in _SENT.items()}
_PASSED_OVER: Mapping[str, Schema] = dict.fromkeys(fields.PASSED_OVER, ANYTHING)

_LIST: Final = Operation(
    "List tasks",
    {200: items(TASK, LARGEST_LIMIT)},
    parameters=(
        Parameter("status", one_of(STATUS.words)),
        Parameter("assignedTo", TEXT, "The id of an agent or a user; an empty one counts as not given"),
        Parameter("spaceId", TEXT, "An empty one counts as not given"),
        Parameter("priority", one_of(PRIORITY.words)),
        Parameter("limit", whole(1), f"{DEFAULT_LIMIT} unless given; more than {LARGEST_LIMIT} is {LARGEST_LIMIT}"),
        INCLUDE,
    ),
    errors=(
        "invalid_status",
        "invalid_priority",
        "invalid_limit",
        "invalid_assignee",
        "invalid_space",
        "invalid_include",
    ),
    description="The newest first.",
)
_CREATE: Final = Operation(
    "Create a task",
    {201: TASK},
    body=sent("NewTask", {**_PASSED_OVER, **_NEW}, ["title"]),
    errors=fields.ERRORS,
    description="Only the title is needed. An `id` of the sender's own is not the task's: the same again within a day"
    " gets the first answer again.",
)
_GET: Final = Operation("Get a task", {200: TASK}, errors=("task_not_found",), is_versioned=True)
_CHANGING: Final = ("task_not_found", "conflict", "invalid_status_transition", "blocked_by_dependency")
_UPDATE: Final = Operation(
    "Change a task",
    {200: TASK},
    body=sent("TaskChanges", {**_PASSED_OVER, **_SENT}),
    errors=(*_CHANGING, *fields.ERRORS),
    description="Fields that are not sent keep their value; null takes one away.",
    is_versioned=True,
)
_DELETE: Final = Operation(
    "Delete a task",
    {200: answer("DeletedTask", {"id": ID, "deleted": YES_OR_NO})},
    errors=("task_not_found", "conflict"),
    is_versioned=True,
)
_CLAIM: Final = Operation(
    "Claim a task",
    {200: TASK},
    body=sent("Nothing", {}),
    needs_body=False,
    errors=(*_CHANGING, "task_claimed", "unknown_field"),
    description="The token's user has the task from then on, and it is in progress. Of several at once one gets it.",
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
            own_key=_own_key,
        ),
        Endpoint(
            "/tasks/{taskId}",
            {"GET": tasks.get, "PATCH": tasks.update, "DELETE": tasks.delete},
            {"GET": _GET, "PATCH": _UPDATE, "DELETE": _DELETE},
            {"PATCH": "update"},
        ),
        Endpoint("/tasks/{taskId}/claim", {"POST": tasks.claim}, {"POST": _CLAIM}, {"POST": "update"}),
    ]


async def _own_key(request: web.Request) -> Key | None:
    """The id that a client has made up for its task, whatever else is wrong with the body."""
    try:
        body = json.loads(await read_bytes(request))
    except (ValueError, RecursionError):
        return None
    said = body.get("id") if isinstance(body, dict) else None
    return key_of_token(request, "id", said) if isinstance(said, str) and said.strip() else None


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services, self._decided = services, services.dialects.teamday
        self._is_bot = services.bots.is_bot
        self._sla = STANDARD if self._decided.sla == "standard" else {}

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        matching, limit = self._filter(request), _limit(request.query.get("limit"))
        found, _ = await units.reading(self._services, actor).page(matching, limit=limit)
        return web.json_response([whole_task(task, self._is_bot) for task in found])

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        body = await json_object(request)
        new = fields.new_task(body, self._is_bot)

        async def action(tasks: Tasks) -> Task:
            task = await tasks.create(new, terms=fields.terms(body, self._sla))
            return await waiting.follow(tasks, task, {}, task.context)

        return self._told(await units.changing(self._services, actor, action), 201)

    async def get(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        task = await units.reading(self._services, actor).get(request.match_info["taskId"])
        return preconditions.shown(request, web.json_response(whole_task(task, self._is_bot)), task.version)

    async def update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        body = await json_object(request)
        task_id, terms = request.match_info["taskId"], fields.terms(body, self._sla)

        async def action(tasks: Tasks) -> Task:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            changes = fields.changes(body, task, self._is_bot)
            status, context = cast("Status | None", changes.get("status")), changes.get("context")
            on_the_way = () if status is None else progress.between(task.status, status, self._decided)
            if isinstance(context, Mapping):  # first: a task that waits for nothing any more can be begun
                await waiting.follow(tasks, task, task.context, context)
            for each in on_the_way:
                await tasks.update(task_id, {"status": each})
            return (await tasks.update(task_id, changes, terms=terms))[0]

        return self._told(await units.changing(self._services, actor, action))

    async def claim(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        refuse_unknown(await json_object(request, may_be_empty=True), ())
        task_id = request.match_info["taskId"]

        async def action(tasks: Tasks) -> Task:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            if STATUS.show(task.status) != "in_progress":
                progress.between(task.status, "in_progress", self._decided)
            return await tasks.claim(task_id, actor.user_id)

        return self._told(await units.changing(self._services, actor, action))

    async def delete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)

        async def action(tasks: Tasks) -> Task:
            preconditions.demand(request, (await tasks.get(request.match_info["taskId"])).version)
            return await tasks.delete(request.match_info["taskId"])

        task = await units.changing(self._services, actor, action)
        return web.json_response({"id": spelled(task.id), "deleted": True})

    def _told(self, task: Task, status: int = 200) -> web.Response:
        answered = web.json_response(whole_task(task, self._is_bot), status=status)
        return preconditions.changed(answered, task.version)

    def _filter(self, request: web.Request) -> TaskFilter:
        query = request.query
        status, priority = query.get("status"), query.get("priority")
        return TaskFilter(
            statuses=None if status is None else STATUS.all_of(status),
            priorities=None if priority is None else PRIORITY.all_of(priority),
            assignee=fields.whom(query.get("assignedTo") or None, self._is_bot),
            space_id=checks.space_id(query.get("spaceId") or None),
            with_scheduled=with_scheduled(request),
        )


def _limit(text: str | None) -> int:
    """How many at most. Refuses `invalid_limit`."""
    if text is None:
        return DEFAULT_LIMIT
    if not _LIMIT.fullmatch(text) or int(text) < 1:
        raise Refused("invalid_limit", f"Expected limit to be a whole number from 1 on, got {text[:40] or 'nothing'}")
    return min(int(text), LARGEST_LIMIT)
