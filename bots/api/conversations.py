"""Conversations, for those who run bots: a person who has taken one over gives it back."""

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.storage.writes import Conflict

_PATH = "/conversations/{conversation_id}/give-back"


class Conversations:
    """The routes; a token that may write is needed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        gate = Gate(self._services, lambda request: auth.identify(request, self._services.accounts))
        return mounted(["/api/v1"], [Endpoint(_PATH, {"POST": self._give_back})], plain_answer, gate)

    async def _give_back(self, request: web.Request) -> web.Response:
        """The bot speaks again in the conversation; one that it has already stays as it is."""
        identity = await auth.identify(request, self._services.accounts)
        auth.demand_running_bots(identity)
        conversation_id = request.match_info["conversation_id"]
        if identity.organisation_id != DEFAULT_ORGANISATION:  # bots talk for that one
            raise Problem("conversation_not_found", f"Conversation {conversation_id} not found")
        try:
            await self._services.engine.give_back(conversation_id, identity.user_id)
        except Conflict:
            raise Problem("conflict", "The conversation is changing at this moment; try again") from None
        return web.json_response({"conversation_id": conversation_id, "is_with_person": False})
