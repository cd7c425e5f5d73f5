"""Workflows: which steps there are, and which is the first."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, TEXT, TIME, Schema, answer, items, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.listing import PAGING, PAGING_ERRORS, Page, page_of
from tasktalk.bots.dialects.copilotz.steps import REMOVED
from tasktalk.bots.dialects.copilotz.words import ID, SENT_ID, actor_of, number_in, refuse_unknown, time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.pipeline import Pipeline
from tasktalk.runtime.tasks.pipeline_fields import LARGEST_NUMBER, MOST_STAGES
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks

NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "instructions": "instructions",
    "steps": "stages",
    "firstStep": "first_stage",
}
"""The fields, by their names inside."""
_READ_ONLY: Final = ("_id", "id", "createdAt", "updatedAt")
WORKFLOW: Final = answer(
    "Workflow",
    {
        "_id": ID,
        "id": ID,
        "name": TEXT,
        "description": TEXT,
        "instructions": TEXT,
        "steps": items(ID),
        "firstStep": or_null(ID),
        "createdAt": TIME,
        "updatedAt": TIME,
    },
)
_SENT: Mapping[str, Schema] = {
    "name": NOT_BLANK,
    "description": or_null(TEXT),
    "instructions": or_null(TEXT),
    "steps": {**items(whole(0, LARGEST_NUMBER), MOST_STAGES), "uniqueItems": True},
    "firstStep": SENT_ID,
}
_ERRORS: Final = (
    *("unknown_field", "missing_name", "invalid_name", "invalid_description", "invalid_instructions"),
    *("invalid_steps", "unknown_step"),
)
_CREATE: Final = Operation(
    "Create a workflow",
    {201: WORKFLOW},
    body=sent("NewWorkflow", _SENT, ["name"]),
    errors=_ERRORS,
    description="`steps` has the numbers of steps that are in no workflow; they can be made and added later, too.",
)
_UPDATE: Final = Operation(
    "Change a workflow",
    {200: WORKFLOW},
    body=sent("WorkflowChanges", _SENT),
    errors=(*_ERRORS, "workflow_not_found", "step_in_use", "conflict"),
    is_versioned=True,
)
_LIST: Final = Operation(
    "List workflows", {200: page_of("WorkflowList", WORKFLOW)}, parameters=PAGING, errors=PAGING_ERRORS
)
_GET: Final = Operation("Get a workflow", {200: WORKFLOW}, errors=("workflow_not_found",), is_versioned=True)
_DELETE: Final = Operation(
    "Delete a workflow",
    {200: REMOVED},
    errors=("workflow_not_found", "workflow_in_use", "conflict"),
    description="Its steps stay, and are in no workflow then.",
    is_versioned=True,
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of workflows."""
    workflows = _Endpoints(services)
    return [
        Endpoint("/workflows", {"GET": workflows.page, "POST": workflows.create}, {"GET": _LIST, "POST": _CREATE}),
        Endpoint(
            "/workflows/{workflowId}",
            {"GET": workflows.get, "PUT": workflows.update, "DELETE": workflows.delete},
            {"GET": _GET, "PUT": _UPDATE, "DELETE": _DELETE},
        ),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked = _asked(await json_object(request))

        async def action(tasks: Tasks) -> Pipeline:
            return await Pipelines(tasks).create(asked)

        made = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(shown(made), status=201), made.version)

    async def page(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        page = Page.asked(request)
        found, total = await Pipelines(tasks).page(page.number, page.limit)
        return page.answer(list(map(shown, found)), total)

    async def get(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        found = await Pipelines(tasks).get(_number(request))
        return preconditions.shown(request, web.json_response(shown(found)), found.version)

    async def update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked, number = _asked(await json_object(request)), _number(request)

        async def action(tasks: Tasks) -> Pipeline:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await pipelines.get(number)).version)
            return await pipelines.update(number, asked)

        after = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(shown(after)), after.version)

    async def delete(self, request: web.Request) -> web.Response:
        actor, number = await actor_of(request, self._services), _number(request)

        async def action(tasks: Tasks) -> None:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await pipelines.get(number)).version)
            await pipelines.delete(number)

        await units.changing(self._services, actor, action)
        return web.json_response({"_id": number, "deleted": True})


def shown(pipeline: Pipeline) -> dict[str, Any]:
    """The workflow as this interface shows it."""
    first = pipeline.first
    return {
        "_id": pipeline.number,
        "id": pipeline.number,
        "name": pipeline.name,
        "description": pipeline.description,
        "instructions": pipeline.instructions,
        "steps": [stage.number for stage in pipeline.stages],
        "firstStep": None if first is None else first.number,
        "createdAt": time(pipeline.created_at),
        "updatedAt": time(pipeline.updated_at),
    }


def _asked(sent_fields: Mapping[str, Any]) -> dict[str, object]:
    refuse_unknown(sent_fields, NAMES, _READ_ONLY)
    return {inner: sent_fields[outer] for outer, inner in NAMES.items() if outer in sent_fields}


def _number(request: web.Request) -> int:
    text = request.match_info["workflowId"]
    return number_in(text, Refused("workflow_not_found", f"Workflow {text[:100]} not found"))
