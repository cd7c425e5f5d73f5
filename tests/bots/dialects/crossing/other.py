"""A small dialect of the tests' own: what a sixth one needs, and nothing else. Its tasks are notes of one line."""

from collections.abc import Iterable

from aiohttp import web

from tasktalk.bots.api import auth, openapi, preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, Operation, mounted, unknown
from tasktalk.bots.api.schemas import TEXT, Schema, answer, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Dialect
from tasktalk.runtime.accounts import Identity
from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.service import Tasks

MOUNTS = ("/other", "/api/v1")
TOKENS = {"/api/v1/tasks": "ot_"}

_NOTE = answer("Note", {"note": TEXT, "line": TEXT})
_SENT = sent("NewNote", {"line": TEXT}, ["line"])
_FAULT = {"type": "object", "required": ["wrong", "status"], "properties": {"wrong": TEXT, "status": whole()}}
_ERRORS = ("task_not_found", "missing_title", "invalid_title")


def endpoints(services: Services) -> list[Endpoint]:
    async def create(request: web.Request) -> web.Response:
        actor = auth.actor(await identify(request), "other")
        line = (await json_object(request)).get("line")

        async def action(tasks: Tasks) -> Task:
            return await tasks.create(NewTask(line))

        return shown(await units.changing(services, actor, action))

    async def get(request: web.Request) -> web.Response:
        actor = auth.actor(await identify(request), "other")
        task = await units.reading(services, actor).get(request.match_info["note"])
        return preconditions.shown(request, shown(task), task.version)

    async def identify(request: web.Request) -> Identity:
        return await auth.identify(request, services.accounts)

    return [
        Endpoint(
            "/tasks",
            {"POST": create},
            {"POST": Operation("Note a line", {200: _NOTE}, body=_SENT, errors=_ERRORS)},
            {"POST": "create"},
        ),
        Endpoint(
            "/tasks/{note}",
            {"GET": get},
            {"GET": Operation("Read a note", {200: _NOTE}, errors=_ERRORS, is_versioned=True)},
        ),
    ]


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it."""
    body = {"wrong": problem.sentence, "status": problem.status}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    return _FAULT


def shown(task: Task) -> web.Response:
    return web.json_response({"note": f"note-{task.id}", "line": task.title})


def routes(services: Services) -> list[web.RouteDef]:
    served = endpoints(services)
    gate = Gate(services, lambda request: auth.identify(request, services.accounts))
    described = openapi.document("Notes", "", MOUNTS, served, error_of)
    return [
        *openapi.routes("/other", described, shape),
        *mounted(MOUNTS, served, shape, gate),
        unknown("/other", shape),
        unknown("/api/v1/tasks", shape),
    ]


DIALECT = Dialect("other", endpoints, routes, tokens=TOKENS)
