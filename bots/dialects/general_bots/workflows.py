"""Workflows: made, listed, and told how they stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.listing import DEFAULT_LIMIT, LARGEST_LIMIT, Query
from tasktalk.bots.dialects.general_bots.words import STATUS, actor_of, refuse_unknown, time
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Step, Workflow
from tasktalk.runtime.tasks.workflows import Workflows


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of workflows."""
    workflows = _Endpoints(services)
    return [
        Endpoint("/workflows", {"GET": workflows.page, "POST": workflows.create}),
        Endpoint("/workflows/{workflow_id}", {"GET": workflows.get}),
        Endpoint("/workflows/{workflow_id}/status", {"GET": workflows.status}),
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
        query = Query(request)
        number = query.number("page", 1)
        limit = min(query.number("limit", DEFAULT_LIMIT), LARGEST_LIMIT)
        found, total = await Workflows(units.reading(self._services, actor)).page(number, limit)
        now = self._services.clock.now()
        rows = [_status(workflow, now) for workflow in found]
        return web.json_response({"workflows": rows, "total": total, "page": number, "limit": limit})

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
        "attempt": step.attempt,
        "on_error": None if step.on_error is None else names[step.on_error],
    }
