"""Rules that act by themselves: made, listed, ended."""

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.words import actor_of, refuse_unknown, time
from tasktalk.runtime.tasks.automations import Automations
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.writes import Row


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of automations."""
    automations = _Endpoints(services)
    return [
        Endpoint("/automations", {"GET": automations.all, "POST": automations.create}),
        Endpoint("/automations/{automation_id}", {"GET": automations.get, "DELETE": automations.delete}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("name", "trigger", "action"))

        async def action(tasks: Tasks) -> Row:
            rules = Automations(tasks.work, actor)
            return await rules.create(sent.get("name"), sent.get("trigger"), sent.get("action"))

        return web.json_response(_shown(await units.changing(self._services, actor, action)), status=201)

    async def all(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        rows = await Automations(units.reading(self._services, actor).work, actor).all()
        return web.json_response({"automations": [_shown(row) for row in rows], "total": len(rows)})

    async def get(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        rules = Automations(units.reading(self._services, actor).work, actor)
        return web.json_response(_shown(await rules.get(request.match_info["automation_id"])))

    async def delete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        automation_id = request.match_info["automation_id"]

        async def action(tasks: Tasks) -> None:
            await Automations(tasks.work, actor).delete(automation_id)

        await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "automation_id": automation_id})


def _shown(row: Row) -> dict[str, object]:
    return {
        "automation_id": row["id"],
        "name": row["name"],
        "trigger": {"type": row["trigger_type"], "value": row["trigger_value"]},
        "action": row["action"],
        "created_by": row["created_by"],
        "created_at": time(row["created_at"]),
    }
