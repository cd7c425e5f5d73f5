"""Tasks: made, listed, looked at, changed and deleted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import metadata, preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter
from tasktalk.bots.api.schemas import NOT_BLANK, RECORD, TEXT, TIME, Schema, answer, one_of, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz import fields, steps, workflows
from tasktalk.bots.dialects.copilotz.listing import (
    FILTER_ERRORS,
    FILTERS,
    PAGING,
    PAGING_ERRORS,
    POPULATE,
    Page,
    Query,
    page_of,
)
from tasktalk.bots.dialects.copilotz.numbered import REMOVED
from tasktalk.bots.dialects.copilotz.numbering import unnumbered
from tasktalk.bots.dialects.copilotz.words import ID, SENT_ID, SHOWN_STATUS, STATUS, actor_of, time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.stages import Standing
from tasktalk.storage.listing import TaskFilter

_MANY: Final = ("extId", "workflow", "currentStep")
"""The filters of a list that only tasks of this interface's kind fit."""
_FIELDS: Mapping[str, Schema] = {
    "_id": ID,
    "id": ID,
    "extId": or_null(TEXT),
    "workflow": or_null(ID),
    "currentStep": or_null(ID),
    "status": SHOWN_STATUS,
    "name": TEXT,
    "description": TEXT,
    "context": RECORD,
    "attempt": or_null(whole(1)),
    "retryAt": or_null(TIME),
    "createdAt": TIME,
    "updatedAt": TIME,
}
TASK: Final = answer("Task", _FIELDS)
_POPULATED: Final = answer(
    "PopulatedTask",
    {
        **_FIELDS,
        "workflow": {"anyOf": [ID, workflows.WORKFLOW, {"type": "null"}]},
        "currentStep": {"anyOf": [ID, steps.STEP, {"type": "null"}]},
    },
)
_SENT: Mapping[str, Schema] = {
    "extId": or_null(TEXT),
    "workflow": SENT_ID,
    "currentStep": SENT_ID,
    "status": SHOWN_STATUS,
    "name": NOT_BLANK,
    "description": or_null(TEXT),
    "context": RECORD,
}
_MODE: Final = Parameter(
    fields.MODE, one_of(fields.MODES), "Whether the context is merged, as unless given, or replaced", "header"
)
_CREATE: Final = Operation(
    "Create a task",
    {201: TASK},
    body=sent("NewTask", _SENT, ["name", "status"]),
    errors=(*fields.ERRORS, "task_not_found"),
    description="With a `workflow` it is at `currentStep`, or at the first step.",
)
_UPDATE: Final = Operation(
    "Change a task",
    {200: TASK},
    body=sent("TaskChanges", _SENT),
    parameters=(_MODE,),
    errors=(
        "task_not_found",
        "blocked_by_dependency",
        "invalid_workflow",
        "invalid_mode",
        "conflict",
        "invalid_transition",
        *fields.ERRORS,
    ),
    description="Fields that are not sent keep their value. Keys of the context that are null go.",
    is_versioned=True,
)
_LIST: Final = Operation(
    "List tasks, the newest first",
    {200: page_of("TaskList", _POPULATED)},
    parameters=(*FILTERS, POPULATE, *PAGING),
    errors=(*FILTER_ERRORS, *PAGING_ERRORS),
)
_GET: Final = Operation(
    "Get a task",
    {200: _POPULATED},
    parameters=(POPULATE,),
    errors=("task_not_found", "invalid_populate"),
    is_versioned=True,
)
_DELETE: Final = Operation("Delete a task", {200: REMOVED}, errors=("task_not_found", "conflict"), is_versioned=True)


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
            "/tasks/{taskId}",
            {"GET": tasks.get, "PUT": tasks.update, "DELETE": tasks.delete},
            {"GET": _GET, "PUT": _UPDATE, "DELETE": _DELETE},
            {"PUT": "update"},
        ),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        new, place = fields.new_task(await json_object(request))

        async def action(tasks: Tasks) -> tuple[Task, Standing | None]:
            task = await tasks.create(new, place=place)
            return task, await tasks.stages.standing(task.id)

        task, standing = await units.changing(self._services, actor, action)
        body = shown(task, unnumbered(task.id), standing)
        return preconditions.changed(web.json_response(body, status=201), task.version)

    async def get(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        task = await tasks.get(request.match_info["taskId"])
        row = shown(task, await _number(tasks, task), await tasks.stages.standing(task.id))
        [body] = await _populated([row], Query(request).populated, tasks)
        return preconditions.shown(request, web.json_response(body), task.version)

    async def page(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        query, page = Query(request), Page.asked(request)
        if any(name in request.query for name in _MANY):
            found, total = await Pipelines(tasks).tasks(
                external_id=query.external_id,
                pipeline=query.number("workflow"),
                stage=query.number("currentStep"),
                statuses=query.statuses,
                with_scheduled=query.includes_scheduled,
                page=page.number,
                limit=page.limit,
            )
        else:
            matching = TaskFilter(statuses=query.statuses, with_scheduled=query.includes_scheduled)
            found, total = await tasks.page(matching, page=page.number, limit=page.limit)
        return page.answer(await _populated(await _all(tasks, found), query.populated, tasks), total)

    async def update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent_fields, is_merged = await json_object(request), fields.is_merged(request)
        task_id = request.match_info["taskId"]

        async def action(tasks: Tasks) -> tuple[Task, int, Standing | None]:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            place = fields.place(sent_fields, await tasks.stages.standing(task.id))
            changes = fields.changes(sent_fields, task, is_merged)
            after, _ = await tasks.update(task_id, changes, place=place, at_any_time=True)
            return after, await _number(tasks, task), await tasks.stages.standing(task.id)

        task, number, standing = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(shown(task, number, standing)), task.version)

    async def delete(self, request: web.Request) -> web.Response:
        actor, task_id = await actor_of(request, self._services), request.match_info["taskId"]

        async def action(tasks: Tasks) -> int:
            task = await tasks.get(task_id)
            preconditions.demand(request, task.version)
            number = await _number(tasks, task)
            await tasks.delete(task_id)
            return number

        number = await units.changing(self._services, actor, action)
        return web.json_response({"_id": number, "deleted": True})


def shown(task: Task, number: int | str, standing: Standing | None) -> dict[str, Any]:
    """The task as this interface shows it."""
    return {
        "_id": number,
        "id": number,
        "extId": task.external_id,
        "workflow": None if standing is None else standing.pipeline,
        "currentStep": None if standing is None else standing.stage,
        "status": STATUS.show(task.status),
        "name": task.title,
        "description": task.description,
        "context": metadata.shown(task),
        "attempt": None if standing is None else standing.attempt,
        "retryAt": None if standing is None else time(standing.again_at),
        "createdAt": time(task.created_at),
        "updatedAt": time(task.updated_at),
    }


async def _number(tasks: Tasks, task: Task) -> int:
    """The task's number. Refuses `task_not_found` where it was deleted just now."""
    number = (await tasks.numbers([task.id])).get(task.id)
    if number is None:
        raise Refused("task_not_found", f"Task {spelled(task.id)} not found")
    return number


async def _all(tasks: Tasks, found: Sequence[Task]) -> list[dict[str, Any]]:
    """The tasks as they are shown. One that has been deleted just now has no number any more, and is left out."""
    places = await Pipelines(tasks).places([task.id for task in found])
    return [shown(task, *places[task.id]) for task in found if task.id in places]


async def _populated(rows: list[dict[str, Any]], names: Sequence[str], tasks: Tasks) -> list[dict[str, Any]]:
    """The rows, with workflows and steps as they are in the place of their numbers."""
    if not names:
        return rows
    known = await Pipelines(tasks).named({row["workflow"] for row in rows if row["workflow"] is not None})
    stages = [stage for pipeline in known.values() for stage in pipeline.stages]
    at = {step["_id"]: step for step in await steps.shown(stages, tasks)}
    found = []
    for row in rows:
        pipeline, step = known.get(row["workflow"]), at.get(row["currentStep"])
        instead: dict[str, Any] = {}
        if "workflow" in names and pipeline is not None:
            instead["workflow"] = workflows.shown(pipeline)
        if "currentStep" in names and step is not None:
            instead["currentStep"] = step
        found.append({**row, **instead})
    return found
