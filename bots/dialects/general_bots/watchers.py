"""Who watches a task."""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, TIME, YES_OR_NO, answer, items, or_null, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.general_bots.words import TASK_ID, actor_of
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.watchers import Watchers

_WATCHER = answer("Watcher", {"user_id": TEXT, "name": or_null(TEXT), "watching_since": TIME})
_WATCHING = answer("Watching", {"task_id": TASK_ID, "user_id": TEXT, "watching": YES_OR_NO})

_LIST: Final = Operation(
    "List who watches a task",
    {200: answer("WatcherList", {"watchers": items(_WATCHER), "total": whole(0)})},
    errors=("task_not_found",),
)
_WATCH: Final = Operation(
    "Watch a task",
    {200: _WATCHING},
    errors=("task_not_found", "conflict", "unknown_field"),
    description="One watches for oneself alone, and is told of what happens to the task. Twice is once.",
)
_UNWATCH: Final = Operation("Watch a task no more", {200: _WATCHING}, errors=("task_not_found", "conflict"))


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of watchers."""
    watchers = _Endpoints(services)
    methods = {"GET": watchers.all, "POST": watchers.watch, "DELETE": watchers.unwatch}
    operations = {"GET": _LIST, "POST": _WATCH, "DELETE": _UNWATCH}
    return [Endpoint("/tasks/{task_id}/watchers", methods, operations)]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def all(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        task_id = request.match_info["task_id"]
        rows = await Watchers(units.reading(self._services, actor)).of(task_id)
        watchers = [
            {"user_id": row["user_id"], "name": row["name"], "watching_since": time(row["created_at"])} for row in rows
        ]
        return web.json_response({"watchers": watchers, "total": len(watchers)})

    async def watch(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        if sent := await json_object(request, may_be_empty=True):
            raise Refused("unknown_field", f"There is no field {next(iter(sent))}: one watches for oneself alone")

        async def action(tasks: Tasks) -> Task:
            return await Watchers(tasks).watch(request.match_info["task_id"])

        task = await units.changing(self._services, actor, action)
        return web.json_response({"task_id": spelled(task.id), "user_id": actor.user_id, "watching": True})

    async def unwatch(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)

        async def action(tasks: Tasks) -> Task:
            return await Watchers(tasks).unwatch(request.match_info["task_id"])

        task = await units.changing(self._services, actor, action)
        return web.json_response({"task_id": spelled(task.id), "user_id": actor.user_id, "watching": False})
