"""Signed calls to other programs: subscribed to, listed, ended, tried again."""

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.words import actor_of, refuse_unknown, time
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.webhooks import Webhooks
from tasktalk.storage.writes import Row


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of webhooks."""
    webhooks = _Endpoints(services)
    return [
        Endpoint("/webhooks", {"GET": webhooks.all, "POST": webhooks.create}),
        Endpoint("/webhooks/{webhook_id}", {"DELETE": webhooks.delete}),
        Endpoint("/webhooks/{webhook_id}/failed", {"GET": webhooks.failed}),
        Endpoint("/webhooks/{webhook_id}/retry", {"POST": webhooks.retry}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        """The only answer that has the secret."""
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("url", "events"))

        async def action(tasks: Tasks) -> Row:
            return await Webhooks(tasks.work, actor, self._services.hooks).create(sent.get("url"), sent.get("events"))

        row = await units.changing(self._services, actor, action)
        return web.json_response({**_shown(row), "secret": row["secret"]}, status=201)

    async def all(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        rows = await Webhooks(units.reading(self._services, actor).work, actor).all()
        return web.json_response({"webhooks": [_shown(row) for row in rows], "total": len(rows)})

    async def delete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        webhook_id = request.match_info["webhook_id"]

        async def action(tasks: Tasks) -> None:
            await Webhooks(tasks.work, actor).delete(webhook_id)

        await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "webhook_id": webhook_id})

    async def failed(self, request: web.Request) -> web.Response:
        """The first calls that were given up."""
        actor = await actor_of(request, self._services)
        rows = await Webhooks(units.reading(self._services, actor).work, actor).dead(request.match_info["webhook_id"])
        shown = [
            {
                "message_id": row["id"],
                "task_id": spelled(row["subject_id"]) if row["subject"] == "task" else None,
                "attempts": row["attempts"],
                "error": row["error"],
                "created_at": time(row["created_at"]),
            }
            for row in rows
        ]
        return web.json_response({"failed": shown, "total": len(shown)})

    async def retry(self, request: web.Request) -> web.Response:
        """Puts them back in line."""
        actor = await actor_of(request, self._services)

        async def action(tasks: Tasks) -> int:
            return len(await Webhooks(tasks.work, actor).retry(request.match_info["webhook_id"]))

        count = await units.changing(self._services, actor, action)
        self._services.engine.look_again()
        return web.json_response({"retried": count})


def _shown(row: Row) -> dict[str, object]:
    return {
        "webhook_id": row["id"],
        "url": row["url"],
        "events": row["events"],
        "created_by": row["created_by"],
        "created_at": time(row["created_at"]),
    }
