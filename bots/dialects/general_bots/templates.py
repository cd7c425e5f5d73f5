"""Templates, the tasks that are made from them, and their checklists."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.listing import DEFAULT_LIMIT, LARGEST_LIMIT, Query
from tasktalk.bots.dialects.general_bots.tasks import created
from tasktalk.bots.dialects.general_bots.words import PRIORITY, actor_of, due_date, refuse_unknown, time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import checklists
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.templates import Template, Templates

_TEMPLATE = ("name", "description_template", "default_priority", "default_tags", "checklist")
_OVERRIDES: Mapping[str, str] = {
    "title": "title",
    "description": "description",
    "assignee": "assignee",
    "due_date": "due_at",
    "priority": "priority",
    "tags": "tags",
    "context": "context",
}
"""What a request may say otherwise than the template, by its names inside."""


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of templates and checklists."""
    templates = _Endpoints(services)
    return [
        Endpoint("/templates", {"GET": templates.page, "POST": templates.create}),
        Endpoint("/templates/{template_id}", {"GET": templates.get}),
        Endpoint("/tasks/from-template", {"POST": templates.use}, spends={"POST": "create"}),
        Endpoint("/tasks/{task_id}/checklist/{number}", {"PATCH": templates.tick}, spends={"PATCH": "update"}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, _TEMPLATE)
        given = {field: value for field, value in sent.items() if value is not None}
        if "default_priority" in given:
            given["default_priority"] = PRIORITY.read(given["default_priority"])

        async def action(tasks: Tasks) -> Template:
            return await Templates(tasks).create(**{"name": None, **given})

        template = await units.changing(self._services, actor, action)
        return web.json_response(_shown(template), status=201)

    async def get(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        templates = Templates(units.reading(self._services, actor))
        return web.json_response(_shown(await templates.get(request.match_info["template_id"])))

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        query = Query(request)
        number, limit = query.number("page", 1), min(query.number("limit", DEFAULT_LIMIT), LARGEST_LIMIT)
        found, total = await Templates(units.reading(self._services, actor)).page(number, limit)
        rows = [_shown(template) for template in found]
        return web.json_response({"templates": rows, "total": total, "page": number, "limit": limit})

    async def use(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("template_id", "variables", *_OVERRIDES))
        template_id, given = sent.get("template_id"), _overriding(sent)
        if not isinstance(template_id, str) or not template_id.strip():
            raise Refused("missing_template", "Which template is to be used? Expected its id in template_id")

        async def action(tasks: Tasks) -> Task:
            templates = Templates(tasks)
            return await templates.use(await templates.get(template_id), sent.get("variables"), given)

        task = await units.changing(self._services, actor, action)
        return web.json_response(created(task), status=201)

    async def tick(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("done",))
        text = request.match_info["number"]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

        async def action(tasks: Tasks) -> Task:
            return await checklists.tick(tasks, request.match_info["task_id"], number, sent.get("done"))

        task = await units.changing(self._services, actor, action)
        return web.json_response(
            {
                "task_id": spelled(task.id),
                "checklist": task.checklist or [],
                "progress": task.progress,
                "updated_at": time(task.updated_at),
            }
        )


def _overriding(sent: Mapping[str, Any]) -> dict[str, object]:
    given = {inner: sent[field] for field, inner in _OVERRIDES.items() if sent.get(field) is not None}
    if "due_at" in given:
        given["due_at"] = due_date(given["due_at"])
    if "priority" in given:
        given["priority"] = PRIORITY.read(given["priority"])
    return given


def _shown(template: Template) -> dict[str, object]:
    return {
        "template_id": template.id,
        "name": template.name,
        "description_template": template.description_template,
        "default_priority": PRIORITY.show(template.default_priority),
        "default_tags": template.default_tags,
        "checklist": template.checklist,
        "created_at": time(template.created_at),
        "created_by": template.created_by,
    }
