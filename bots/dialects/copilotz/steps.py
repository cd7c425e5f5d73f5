"""Steps: what a task goes through in a workflow, and who does it."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, TEXT, TIME, YES_OR_NO, Schema, answer, number, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.listing import PAGING, PAGING_ERRORS, Page, page_of
from tasktalk.bots.dialects.copilotz.words import ID, SENT_ID, actor_of, number_in, refuse_unknown, time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.pipeline import Stage
from tasktalk.runtime.tasks.pipeline_fields import LONGEST_PAUSE_SECONDS, MOST_ATTEMPTS
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks

NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "instructions": "instructions",
    "workflow": "pipeline",
    "next": "next",
    "failedNext": "failed_next",
    "maxAttempts": "attempts",
    "backoffSeconds": "pause_seconds",
    "bot": "bot",
    "script": "script",
}
"""The fields, by their names inside."""
_READ_ONLY: Final = ("_id", "id", "createdAt", "updatedAt")
STEP: Final = answer(
    "Step",
    {
        "_id": ID,
        "id": ID,
        "workflow": or_null(ID),
        "name": TEXT,
        "description": TEXT,
        "instructions": TEXT,
        "next": or_null(ID),
        "failedNext": or_null(ID),
        "maxAttempts": whole(1),
        "backoffSeconds": number(0),
        "bot": or_null(TEXT),
        "script": or_null(TEXT),
        "createdAt": TIME,
        "updatedAt": TIME,
    },
)
REMOVED: Final = answer("Deleted", {"_id": ID, "deleted": YES_OR_NO})
_SENT: Mapping[str, Schema] = {
    "name": NOT_BLANK,
    "description": or_null(TEXT),
    "instructions": or_null(TEXT),
    "workflow": SENT_ID,
    "next": SENT_ID,
    "failedNext": SENT_ID,
    "maxAttempts": whole(1, MOST_ATTEMPTS),
    "backoffSeconds": number(0, LONGEST_PAUSE_SECONDS),
    "bot": or_null(NOT_BLANK),
    "script": or_null(NOT_BLANK),
}
_ERRORS: Final = (
    *("unknown_field", "missing_name", "invalid_name", "invalid_description", "invalid_instructions", "invalid_steps"),
    *("unknown_workflow", "unknown_step", "invalid_attempts", "invalid_pause", "invalid_bot", "invalid_script"),
    *("missing_bot", "bot_not_found"),
)
_CREATE: Final = Operation(
    "Create a step",
    {201: STEP},
    body=sent("NewStep", _SENT, ["name"]),
    errors=_ERRORS,
    description="With a `workflow` it is the last one of it; one without goes into a workflow by its `steps`.",
)
_UPDATE: Final = Operation(
    "Change a step",
    {200: STEP},
    body=sent("StepChanges", _SENT),
    errors=(*_ERRORS, "step_not_found", "step_in_use", "conflict"),
    is_versioned=True,
)
_LIST: Final = Operation("List steps", {200: page_of("StepList", STEP)}, parameters=PAGING, errors=PAGING_ERRORS)
_GET: Final = Operation("Get a step", {200: STEP}, errors=("step_not_found",), is_versioned=True)
_DELETE: Final = Operation(
    "Delete a step", {200: REMOVED}, errors=("step_not_found", "step_in_use", "conflict"), is_versioned=True
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of steps."""
    steps = _Endpoints(services)
    return [
        Endpoint("/steps", {"GET": steps.page, "POST": steps.create}, {"GET": _LIST, "POST": _CREATE}),
        Endpoint(
            "/steps/{stepId}",
            {"GET": steps.get, "PUT": steps.update, "DELETE": steps.delete},
            {"GET": _GET, "PUT": _UPDATE, "DELETE": _DELETE},
        ),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked = _asked(await json_object(request))

        async def action(tasks: Tasks) -> tuple[Stage, dict[str, Any]]:
            stage = await Pipelines(tasks).create_stage(asked)
            return stage, (await shown([stage], tasks))[0]

        stage, body = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(body, status=201), stage.version)

    async def page(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        page = Page.asked(request)
        found, total = await Pipelines(tasks).stages(page.number, page.limit)
        return page.answer(await shown(found, tasks), total)

    async def get(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        stage = await Pipelines(tasks).get_stage(_number(request))
        [body] = await shown([stage], tasks)
        return preconditions.shown(request, web.json_response(body), stage.version)

    async def update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked, number = _asked(await json_object(request)), _number(request)

        async def action(tasks: Tasks) -> tuple[Stage, dict[str, Any]]:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await pipelines.get_stage(number)).version)
            stage = await pipelines.update_stage(number, asked)
            return stage, (await shown([stage], tasks))[0]

        stage, body = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(body), stage.version)

    async def delete(self, request: web.Request) -> web.Response:
        actor, number = await actor_of(request, self._services), _number(request)

        async def action(tasks: Tasks) -> None:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await pipelines.get_stage(number)).version)
            await pipelines.delete_stage(number)

        await units.changing(self._services, actor, action)
        return web.json_response({"_id": number, "deleted": True})


async def shown(stages: list[Stage], tasks: Tasks) -> list[dict[str, Any]]:
    """The steps as this interface shows them."""
    named = {each for stage in stages for each in (stage.pipeline_id, stage.next_id, stage.failed_next_id)}
    numbers = await Pipelines(tasks).numbers([each for each in named if each is not None])
    return [
        {
            "_id": stage.number,
            "id": stage.number,
            "workflow": numbers.get(stage.pipeline_id or ""),
            "name": stage.name,
            "description": stage.description,
            "instructions": stage.instructions,
            "next": numbers.get(stage.next_id or ""),
            "failedNext": numbers.get(stage.failed_next_id or ""),
            "maxAttempts": stage.attempts,
            "backoffSeconds": stage.pause_seconds,
            "bot": stage.bot,
            "script": stage.script,
            "createdAt": time(stage.created_at),
            "updatedAt": time(stage.updated_at),
        }
        for stage in stages
    ]


def _asked(sent_fields: Mapping[str, Any]) -> dict[str, object]:
    refuse_unknown(sent_fields, NAMES, _READ_ONLY)
    return {inner: sent_fields[outer] for outer, inner in NAMES.items() if outer in sent_fields}


def _number(request: web.Request) -> int:
    text = request.match_info["stepId"]
    return number_in(text, Refused("step_not_found", f"Step {text[:100]} not found"))
