"""Conversations, for those who run bots: tagged, and given back by a person who has taken one over."""

from aiohttp import web

from tasktalk.bots.api import auth, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.tagging import Tagging
from tasktalk.storage import conversations
from tasktalk.storage.writes import Conflict

_PATH = "/conversations/{conversation_id}"
_SOURCE = "api"


class Conversations:
    """The routes; to change something, a token that may write is needed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[web.RouteDef]:
        """Those of one conversation."""
        endpoints = [
            Endpoint(f"{_PATH}/give-back", {"POST": self._give_back}),
            Endpoint(f"{_PATH}/tags", {"GET": self._tags, "POST": self._tag}),
            Endpoint(f"{_PATH}/tags/{{tag}}", {"DELETE": self._untag}),
        ]
        gate = Gate(self._services, lambda request: auth.identify(request, self._services.accounts))
        return mounted(["/api/v1"], endpoints, plain_answer, gate)

    async def _give_back(self, request: web.Request) -> web.Response:
        """The bot speaks again in the conversation; one that it has already stays as it is."""
        identity = await auth.identify(request, self._services.accounts)
        auth.demand_running_bots(request, identity)
        conversation_id = request.match_info["conversation_id"]
        async with self._services.database.read() as reader:
            row = await conversations.by_id(reader, conversation_id)
        if row is None or row["organisation_id"] != identity.organisation_id:
            raise Problem("conversation_not_found", f"Conversation {conversation_id} not found")
        try:
            await self._services.engine.give_back(conversation_id, identity.user_id)
        except Conflict:
            raise Problem("conflict", "The conversation is changing at this moment; try again") from None
        return web.json_response({"conversation_id": conversation_id, "is_with_person": False})

    async def _tags(self, request: web.Request) -> web.Response:
        actor = auth.actor(await auth.identify(request, self._services.accounts), _SOURCE)
        conversation_id = request.match_info["conversation_id"]
        rows = await Tagging(units.reading(self._services, actor).work, actor).of(conversation_id)
        return web.json_response({"conversation_id": conversation_id, "tags": [row["tag"] for row in rows]})

    async def _tag(self, request: web.Request) -> web.Response:
        """Puts the `tag` on it; the same again changes nothing."""
        tag = (await json_object(request)).get("tag")
        return await self._change(request, tag, is_to_stay=True)

    async def _untag(self, request: web.Request) -> web.Response:
        return await self._change(request, request.match_info["tag"], is_to_stay=False)

    async def _change(self, request: web.Request, tag: object, *, is_to_stay: bool) -> web.Response:
        actor = auth.actor(await auth.identify(request, self._services.accounts), _SOURCE)
        conversation_id = request.match_info["conversation_id"]

        async def action(tasks: Tasks) -> tuple[bool, list[str]]:
            tagging = Tagging(tasks.work, actor)
            change = tagging.tag if is_to_stay else tagging.untag
            changed = await change(conversation_id, tag)
            return changed, [row["tag"] for row in await tagging.of(conversation_id)]

        changed, tags = await units.changing(self._services, actor, action)
        return web.json_response({"conversation_id": conversation_id, "changed": changed, "tags": tags})
