"""Templates, the tasks that are made from them, and their checklists."""

from collections.abc import Mapping
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
    one_of,
    or_null,
    sent,
    whole,
)
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import due_date, time
from tasktalk.bots.dialects.general_bots.listing import PAGING_ERRORS, Query, paging
from tasktalk.bots.dialects.general_bots.pages import Page, page_of
from tasktalk.bots.dialects.general_bots.tasks import CREATED, ITEM, created
from tasktalk.bots.dialects.general_bots.words import PRIORITY, SHOWN_PRIORITY, TASK_ID, actor_of
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import checklists
from tasktalk.runtime.tasks.changes import MOST_ITEMS, MOST_TAGS
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

_TEMPLATE_ID: Final = id_of("tpl_")
_SHOWN: Final = answer(
    "Template",
    {
        "template_id": _TEMPLATE_ID,
        "name": TEXT,
        "description_template": TEXT,
        "default_priority": SHOWN_PRIORITY,
        "default_tags": items(TEXT),
        "checklist": items(TEXT),
        "created_at": TIME,
        "created_by": TEXT,
    },
)
_CREATE: Final = Operation(
    "Create a template",
    {201: _SHOWN},
    body=sent(
        "NewTemplate",
        {
            "name": NOT_BLANK,
            "description_template": or_null(TEXT),
            "default_priority": or_null(one_of(PRIORITY.readable)),
            "default_tags": or_null(items(NOT_BLANK, MOST_TAGS)),
            "checklist": or_null(items(NOT_BLANK, MOST_ITEMS)),
        },
        ["name"],
    ),
    errors=(
        *("missing_name", "invalid_name", "invalid_description", "invalid_priority", "invalid_tags"),
        *("invalid_checklist", "unknown_field"),
    ),
    description="In the description {{name}} stands for a variable, which each task that is made from it gives.",
)
_LIST: Final = Operation(
    "List templates, the oldest first",
    {200: page_of("TemplateList", "templates", _SHOWN)},
    parameters=paging(),
    errors=PAGING_ERRORS,
)
_GET: Final = Operation("Get a template", {200: _SHOWN}, errors=("template_not_found",))
_VARIABLES: Schema = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
_USE: Final = Operation(
    "Create a task from a template",
    {201: CREATED},
    body=sent(
        "TaskFromTemplate",
        {
            "template_id": NOT_BLANK,
            "variables": or_null(_VARIABLES),
            "title": or_null(NOT_BLANK),
            "description": or_null(TEXT),
            "assignee": or_null(NOT_BLANK),
            "due_date": or_null(TIME),
            "priority": or_null(one_of(PRIORITY.readable)),
            "tags": or_null(items(NOT_BLANK, MOST_TAGS)),
            "context": or_null(RECORD),
        },
        ["template_id"],
    ),
    errors=(
        *("missing_template", "template_not_found", "invalid_variables", "missing_variable", "unknown_field"),
        *("missing_title", "invalid_title", "invalid_description", "invalid_assignee", "unknown_assignee"),
        *("invalid_due_date", "invalid_priority", "invalid_tags", "invalid_context"),
    ),
    description="What the request says itself goes before what the template says.",
)
_TICK: Final = Operation(
    "Tick an item of a task's checklist",
    {
        200: answer(
            "TickedChecklist",
            {"task_id": TASK_ID, "checklist": items(ITEM), "progress": whole(0, 100), "updated_at": TIME},
        )
    },
    body=sent("Tick", {"done": YES_OR_NO}, ["done"]),
    errors=("task_not_found", "checklist_item_not_found", "invalid_done", "unknown_field", "conflict"),
    description="The items are counted from 1; the progress of the task is the share of those that are done.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of templates and checklists."""
    templates = _Endpoints(services)
    return [
        Endpoint("/templates", {"GET": templates.page, "POST": templates.create}, {"GET": _LIST, "POST": _CREATE}),
        Endpoint("/templates/{template_id}", {"GET": templates.get}, {"GET": _GET}),
        Endpoint("/tasks/from-template", {"POST": templates.use}, {"POST": _USE}, {"POST": "create"}),
        Endpoint(
            "/tasks/{task_id}/checklist/{number}", {"PATCH": templates.tick}, {"PATCH": _TICK}, {"PATCH": "update"}
        ),
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
        page = Page.asked(Query(request))
        found, total = await Templates(units.reading(self._services, actor)).page(page.number, page.limit)
        return page.answer("templates", [_shown(template) for template in found], total)

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
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text

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
