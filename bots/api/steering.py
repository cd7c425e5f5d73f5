"""What did not arrive and what waits, for those who run bots: to look at it, and to steer it as the commands do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard, cast, get_args

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.runtime import deliveries as queue
from tasktalk.runtime import sessions
from tasktalk.runtime.accounts import Identity
from tasktalk.storage import deliveries
from tasktalk.storage import sessions as stored
from tasktalk.storage.writes import Conflict, Row

PAGE = 200
MOST_IDS = 1000
_WHICH = get_args(deliveries.Which)
_SOURCE = "api"  # in the events that tell of a change
_CHANGES = {"end": sessions.end, "restart": sessions.restart}


class Steering:
    """The routes. Contacts' addresses stand in what they show, so a token that may write is needed to look, too.

    Everybody sees and steers the talks of their own organisation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[web.RouteDef]:
        """Those of deliveries and of sessions."""
        endpoints = [
            Endpoint("/deliveries", {"GET": self._deliveries}),
            Endpoint("/deliveries/retry", {"POST": self._retry}),
            Endpoint("/sessions", {"GET": self._sessions}),
            Endpoint(r"/sessions/{session_id}/{change:end|restart}", {"POST": self._change}),
        ]
        return mounted(["/api/v1"], endpoints, plain_answer, Gate(self._services, self._identify))

    async def _deliveries(self, request: web.Request) -> web.Response:
        """A page of the messages, mails and calls of webhooks that are dead, or as `which` says.

        `next` is what to give as `after` for more.
        """
        identity = await self._identify(request)
        which, query = request.query.get("which", "dead"), request.query
        if which not in _WHICH:
            raise Problem("invalid_request", f"expected which to be one of {', '.join(_WHICH)}, got {which!r}")
        async with self._services.database.read() as reader:
            found = await queue.listed(
                reader,
                cast(deliveries.Which, which),
                PAGE,
                query.get("channel"),
                query.get("after", ""),
                identity.organisation_id,
            )
        rows = sorted(found, key=lambda row: str(row["id"]))[:PAGE]  # each kind is a page of its own
        further = rows[-1]["id"] if len(rows) == PAGE else None
        return web.json_response({"deliveries": _plain(rows), "next": further})

    async def _retry(self, request: web.Request) -> web.Response:
        """Puts the messages of `ids` back in line, or with `all` every dead one, of a `channel` if one is named."""
        identity = await self._identify(request)
        body = await json_object(request)
        ids, is_all, channel = body.get("ids"), body.get("all"), body.get("channel")
        if not isinstance(channel, str | None):
            raise Problem("invalid_request", f"expected channel to be a text, got {channel!r}")
        database, now = self._services.database, self._services.clock.now()
        how: dict[str, Any] = {"source": _SOURCE, "with_parcels": True, "organisation_id": identity.organisation_id}
        if is_all is True and ids is None:
            done = await queue.put_all_back(database, now, channel, identity.user_id, **how)
        elif is_all is None and channel is None and _is_list_of_ids(ids):
            done = await queue.put_back(database, now, ids, identity.user_id, **how)
        else:
            raise Problem("invalid_request", f'expected {{"ids": […]}} with 1 to {MOST_IDS} ids, or {{"all": true}}')
        self._services.engine.look_again()
        return web.json_response({"retried": done})

    async def _sessions(self, request: web.Request) -> web.Response:
        """The waiting sessions, of a `bot` if one is named: the first of those that have waited longest."""
        identity = await self._identify(request)
        async with self._services.database.read() as reader:
            rows = await stored.waiting(reader, PAGE, request.query.get("bot"), identity.organisation_id)
        return web.json_response({"sessions": _plain(rows)})

    async def _change(self, request: web.Request) -> web.Response:
        """Ends a waiting session, or begins it anew; the body may have a `reason`."""
        identity = await self._identify(request)
        session_id = request.match_info["session_id"]
        reason = (await json_object(request, may_be_empty=True)).get("reason")
        if not isinstance(reason, str | None):
            raise Problem("invalid_request", f"expected reason to be a text, got {reason!r}")
        change = _CHANGES[request.match_info["change"]]
        try:
            database, now = self._services.database, self._services.clock.now()
            whose = identity.organisation_id
            await change(database, now, session_id, identity.user_id, reason, source=_SOURCE, organisation_id=whose)
        except Conflict:
            raise Problem("conflict", "The session is changing at this moment; try again") from None
        self._services.engine.look_again()
        return web.json_response({"session_id": session_id, "status": "ended"})

    async def _identify(self, request: web.Request) -> Identity:
        identity = await auth.identify(request, self._services.accounts)
        auth.demand_running_bots(request, identity)
        return identity


def _is_list_of_ids(given: Any) -> TypeGuard[list[str]]:
    return isinstance(given, list) and 0 < len(given) <= MOST_IDS and all(isinstance(each, str) for each in given)


def _plain(rows: Sequence[Row]) -> list[Mapping[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
