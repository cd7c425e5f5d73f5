"""Conversations that people of the organisation have taken over from bots: listed, read, written in, over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import auth, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.runtime import staffing
from tasktalk.runtime.accounts import Identity
from tasktalk.runtime.scene import message_of
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import talks
from tasktalk.storage.writes import Row

PAGE: Final = 200
LAST: Final = 3
"""Of a conversation in a list so many messages are told."""
MOST_SAID: Final = 100


class Talks:
    """The routes. What people say stands in what they show, so a token that may write is needed to look, too."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[web.RouteDef]:
        """The list, and those of one conversation."""
        endpoints = [
            Endpoint("/conversations", {"GET": self._list}),
            Endpoint("/conversations/{conversation_id}", {"GET": self._one}),
            Endpoint("/conversations/{conversation_id}/messages", {"POST": self._say}),
            Endpoint("/conversations/{conversation_id}/take-over", {"POST": self._take_over}),
        ]
        return mounted(["/api/v1"], endpoints, plain_answer, Gate(self._services, self._identify))

    async def _list(self, request: web.Request) -> web.Response:
        """Those that are with a person, of a `bot` if one is named, the first of those that wait longest."""
        identity = await self._identify(request)
        async with self._services.database.read() as reader:
            rows = await talks.with_person(reader, PAGE, request.query.get("bot"), identity.organisation_id)
            said = {row["id"]: await talks.said(reader, row["id"], LAST) for row in rows}
        return web.json_response({"conversations": [shown(row, said[row["id"]]) for row in rows]})

    async def _one(self, request: web.Request) -> web.Response:
        """A conversation with its newest messages, or with those whose number is below `before`."""
        identity = await self._identify(request)
        conversation_id, before = request.match_info["conversation_id"], request.query.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) < 10):
            raise Problem("invalid_request", f"expected before to be the sequence of a message, got {before[:40]!r}")
        async with self._services.database.read() as reader:
            row = await talks.by_id(reader, conversation_id)
            if row is None or row["organisation_id"] != identity.organisation_id:
                raise Problem("conversation_not_found", f"Conversation {conversation_id} not found")
            said = await talks.said(reader, conversation_id, MOST_SAID, *([int(before)] if before else []))
        return web.json_response(shown(row, said))

    async def _say(self, request: web.Request) -> web.Response:
        """Writes the `text` to the contact, as the person whose token it is."""
        identity = await self._identify(request)
        text = (await json_object(request)).get("text")
        if not isinstance(text, str):
            raise Problem("invalid_request", "expected text to be a text")

        async def action(work: UnitOfWork) -> Row:
            conversation_id, whose = request.match_info["conversation_id"], identity.organisation_id
            return await staffing.say(work, conversation_id, identity.user_id, text, whose)

        return web.json_response(message(await units.working(self._services, action)), status=201)

    async def _take_over(self, request: web.Request) -> web.Response:
        """Takes the conversation from its bot; the body may have a `reason`. One that a person has stays as it is."""
        identity = await self._identify(request)
        reason = (await json_object(request, may_be_empty=True)).get("reason")
        if not isinstance(reason, str | None):
            raise Problem("invalid_request", f"expected reason to be a text, got {reason!r}")
        conversation_id = request.match_info["conversation_id"]

        async def action(work: UnitOfWork) -> Row:
            whose = identity.organisation_id
            return await staffing.take_over(work, conversation_id, identity.user_id, reason, whose)

        await units.working(self._services, action)
        return web.json_response({"conversation_id": conversation_id, "is_with_person": True})

    async def _identify(self, request: web.Request) -> Identity:
        identity = await auth.identify(request, self._services.accounts)
        auth.demand_running_bots(request, identity)
        return identity


def shown(row: Row, said: Sequence[Row]) -> Mapping[str, Any]:
    """A conversation as programs get it."""
    return {
        "id": row["id"],
        "bot": row["bot"],
        "channel": row["channel"],
        "contact": row["contact"],
        "name": row["name"],
        "is_opted_out": row["opted_out_at"] is not None,
        "is_with_person": row["since"] is not None,
        "since": time(row["since"]),
        "reason": row["reason"],
        "messages": [message(each) for each in said],
    }


def message(row: Row) -> Mapping[str, Any]:
    """A message as programs get it; `said_by` is who wrote it instead of the bot."""
    found = message_of(row)
    return {
        "id": found.id,
        "sequence": found.sequence,
        "direction": found.direction,
        "said_by": found.detail.get(staffing.SAID_BY),
        "text": found.text,
        "suggestions": found.suggestions,
        "files": found.files,
        "status": row["status"],
        "created_at": time(found.created_at),
    }
