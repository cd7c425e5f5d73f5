"""Who watches a task."""

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.words import actor_of, time
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.watchers import Watchers


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of watchers."""
    watchers = _Endpoints(services)
    methods = {"GET": watchers.all, "POST": watchers.watch, "DELETE": watchers.unwatch}
    return [Endpoint("/tasks/{task_id}/watchers", methods)]


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
