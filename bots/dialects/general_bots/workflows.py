"""Workflows: made, listed, and told how they stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import (
    NOT_BLANK,
    RECORD,
    TEXT,
    TIME,
    YES_OR_NO,
    Schema,
    answer,
    id_of,
    items,
    number,
    or_null,
    sent,
    whole,
)
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.general_bots.listing import PAGING_ERRORS, Query, paging
from tasktalk.bots.dialects.general_bots.pages import Page, page_of
from tasktalk.bots.dialects.general_bots.words import SHOWN_STATUS, STATUS, TASK_ID, actor_of
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Step, Workflow
from tasktalk.runtime.tasks.workflows import Workflows

_STATUS: Mapping[str, Schema] = {
    "workflow_id": id_of("wf_"),
    "name": TEXT,
    "status": SHOWN_STATUS,
    "progress": whole(0, 100),
    "completed_steps": whole(0),
    "total_steps": whole(0),
    "current_step": or_null(TEXT),
    "estimated_completion": or_null(TIME),
}
_STEP: Final = answer(
    "Step",
    {
        "name": TEXT,
        "task_id": TASK_ID,
        "status": SHOWN_STATUS,
        "is_ready": YES_OR_NO,
        "assignee": or_null(TEXT),
        "bot": or_null(TEXT),
        "script": or_null(TEXT),
        "duration_hours": or_null(number(0)),
        "depends_on": items(TEXT),
        "retries": whole(0),
        "retry_pause_minutes": number(0),
        "attempt": whole(1),
        "again_at": or_null(TIME),
        "on_error": or_null(TEXT),
    },
)
_WORKFLOW: Final = answer("Workflow", {**_STATUS, "created_at": TIME, "created_by": TEXT, "steps": items(_STEP)})
_STANDING: Final = answer("WorkflowStatus", _STATUS)
_HOURS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": workflow_plan.MOST_HOURS}
_NEW_STEP: Final = sent(
    "NewStep",
    {
        "name": NOT_BLANK,
        "description": or_null(TEXT),
        "assignee": or_null(NOT_BLANK),
        "bot": or_null(TEXT),
        "script": or_null(NOT_BLANK),
        "duration_hours": or_null(_HOURS),
        "depends_on": or_null(items(NOT_BLANK)),
        "retries": or_null(whole(0, workflow_plan.MOST_RETRIES)),
        "retry_pause_minutes": or_null(number(0, workflow_plan.MOST_PAUSE_MINUTES)),
        "on_error": or_null(NOT_BLANK),
    },
    ["name"],
)
_CREATE: Final = Operation(
    "Create a workflow",
    {201: _WORKFLOW},
    body=sent(
        "NewWorkflow",
        {
            "name": NOT_BLANK,
            "steps": {**items(_NEW_STEP, workflow_plan.MOST_STEPS), "minItems": 1},
            "context": or_null(RECORD),
        },
        ["name", "steps"],
    ),
    errors=(
        *("missing_name", "invalid_name", "invalid_steps", "duplicate_step", "unknown_step", "cyclic_dependency"),
        *("invalid_depends_on", "invalid_on_error", "invalid_duration", "invalid_retries", "invalid_script"),
        "invalid_retry_pause",
        *("invalid_description", "invalid_assignee", "unknown_assignee", "missing_bot", "invalid_bot", "bot_not_found"),
        *("invalid_context", "unknown_field", "read_only_field"),
    ),
    description="Each step becomes a task; `depends_on` and `on_error` have names of steps.",
)
_LIST: Final = Operation(
    "List workflows, the newest first",
    {200: page_of("WorkflowList", "workflows", _STANDING)},
    parameters=paging(),
    errors=PAGING_ERRORS,
)
_GET: Final = Operation("Get a workflow with its steps", {200: _WORKFLOW}, errors=("workflow_not_found",))
_GET_STATUS: Final = Operation("Tell how a workflow stands", {200: _STANDING}, errors=("workflow_not_found",))


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of workflows."""
    workflows = _Endpoints(services)
    return [
        Endpoint(
            "/workflows",
            {"GET": workflows.page, "POST": workflows.create},
            {"GET": _LIST, "POST": _CREATE},
            {"POST": "create"},
        ),
        Endpoint("/workflows/{workflow_id}", {"GET": workflows.get}, {"GET": _GET}),
        Endpoint("/workflows/{workflow_id}/status", {"GET": workflows.status}, {"GET": _GET_STATUS}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("name", "steps", "context"), _READ_ONLY)
        plan = workflow_plan.read(sent.get("name"), sent.get("steps"))
        context = workflow_plan.context(sent.get("context"))

        async def action(tasks: Tasks) -> Workflow:
            return await Workflows(tasks).create(plan, context)

        workflow = await units.changing(self._services, actor, action)
        return web.json_response(_full(workflow, self._services.clock.now()), status=201)

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        page, now = Page.asked(Query(request)), self._services.clock.now()
        found, total = await Workflows(units.reading(self._services, actor)).page(page.number, page.limit)
        return page.answer("workflows", [_status(workflow, now) for workflow in found], total)

    async def get(self, request: web.Request) -> web.Response:
        return web.json_response(_full(await self._found(request), self._services.clock.now()))

    async def status(self, request: web.Request) -> web.Response:
        return web.json_response(_status(await self._found(request), self._services.clock.now()))

    async def _found(self, request: web.Request) -> Workflow:
        actor = await actor_of(request, self._services)
        return await Workflows(units.reading(self._services, actor)).get(request.match_info["workflow_id"])


_READ_ONLY = (
    *("workflow_id", "status", "progress", "completed_steps", "total_steps", "current_step"),
    *("estimated_completion", "created_at", "created_by"),
)


def _status(workflow: Workflow, now: datetime) -> dict[str, Any]:
    current = workflow.current
    return {
        "workflow_id": workflow.id,
        "name": workflow.name,
        "status": STATUS.show(workflow.status),
        "progress": workflow.progress,
        "completed_steps": workflow.completed_count,
        "total_steps": workflow.total_count,
        "current_step": None if current is None else current.name,
        "estimated_completion": time(workflow.estimated_completion(now)),
    }


def _full(workflow: Workflow, now: datetime) -> dict[str, Any]:
    names = {step.task.id: step.name for step in workflow.steps}
    return {
        **_status(workflow, now),
        "created_at": time(workflow.created_at),
        "created_by": workflow.created_by,
        "steps": [_step(workflow, step, names) for step in workflow.steps],
    }


def _step(workflow: Workflow, step: Step, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": step.name,
        "task_id": spelled(step.task.id),
        "status": STATUS.show(step.task.status),
        "is_ready": workflow.is_ready(step),
        "assignee": step.task.assignee,
        "bot": step.task.bot,
        "script": step.script,
        "duration_hours": step.duration_hours,
        # A step may have been given a task to wait for that is none of this workflow's.
        "depends_on": [names.get(other, spelled(other)) for other in step.depends_on],
        "retries": step.retries,
        "retry_pause_minutes": step.pause_seconds / 60,
        "attempt": step.attempt,
        "again_at": time(step.again_at),
        "on_error": None if step.on_error is None else names[step.on_error],
    }
