"""Calls from outside that scripts answer: `POST /webhook/<bot>/<name>` runs the script that says WEBHOOK "name".

The body comes to the script as `body` (JSON, a form's fields, or text), the headers as `headers`, the query as `query`;
fields of the body that its PARAMs name are given to those. What it returns is the answer. `POST /event/<bot>/<name>`
starts the handlers ON EVENT "name", `POST /form/<bot>/<name>` those ON FORM SUBMIT "name". With an `Idempotency-Key` a
repeat changes nothing and is answered alike.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.callers import Callers
from tasktalk.bots.channels.texts import storable
from tasktalk.bots.webhooks.answers import answer
from tasktalk.bots.webhooks.sent import body_of, fields_of, record
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.parameters import Reader
from tasktalk.interpreter.program import Program
from tasktalk.runtime.answers import reader

LONGEST_KEY = 200
_KEYS = ("Idempotency-Key", "Webhook-Id", "X-GitHub-Delivery")
"""Where callers name a delivery, the surest first: a delivery that comes again bears the same name.

X-Request-Id is none of them: proxies pass one on to all the calls that follow from a request.
"""
_KEPT_BACK = frozenset({"authorization", "cookie", "proxy-authorization"})
_GIVEN = ("body", "headers", "query")


class ScriptedWebhook:
    """The routes of the webhooks, events and forms of all bots."""

    def __init__(self, services: Services, callers: Callers, answer_seconds: float) -> None:
        """A call whose script still runs after `answer_seconds` is answered with 202."""
        self._services, self._callers, self._answer_seconds = services, callers, answer_seconds

    def routes(self) -> list[web.RouteDef]:
        """Both spellings of a webhook's path, the events, and the forms; whatever else is below theirs is not there."""
        hooks = ["/webhook/{bot}", "/api/{bot}/webhook"]
        return [
            *mounted(hooks, [Endpoint("/{name}", {"POST": self._call})], plain_answer),
            *mounted(["/event/{bot}"], [Endpoint("/{name}", {"POST": self._raise})], plain_answer),
            *mounted(["/form/{bot}"], [Endpoint("/{name}", {"POST": self._submit})], plain_answer),
            unknown("/webhook", plain_answer),
            unknown("/event", plain_answer),
            unknown("/form", plain_answer),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        """Answers when the script has ended, waits for something, or takes too long."""
        bot = self._bot(request)
        name = request.match_info["name"]
        engine = self._services.engine
        program = engine.callers.webhook(bot, name)
        if program is None:
            raise Problem("not_found", f'The bot {bot} has no script with WEBHOOK "{name}"')
        body = await body_of(request)
        read = reader(self._services.clock.now())
        arguments = await asyncio.to_thread(_arguments, program, request, body, read)  # dates in words take their time
        called = await engine.callers.call(bot, program.name, name.lower(), arguments, _key(request))
        return answer(
            called.run_id, await engine.callers.outcome(called, self._answer_seconds), f"{bot}/{program.name}"
        )

    async def _raise(self, request: web.Request) -> web.Response:
        bot = self._bot(request)
        data = await body_of(request)
        return await _taken(
            self._services.engine.callers.raise_event(bot, request.match_info["name"], data, _key(request))
        )

    async def _submit(self, request: web.Request) -> web.Response:
        bot = self._bot(request)
        fields = await fields_of(request)
        return await _taken(
            self._services.engine.callers.submit(bot, request.match_info["name"], fields, _key(request))
        )

    def _bot(self, request: web.Request) -> str:
        self._callers.check(request)
        bot = request.match_info["bot"]
        if not self._services.bots.is_bot(bot):
            raise Problem("bot_not_found", f"There is no bot {bot}")
        return bot


async def _taken(raising: Awaitable[str]) -> web.Response:
    """Answers when the event is on disk; its handlers come later."""
    return web.json_response({"event_id": await raising}, status=202)


def _arguments(program: Program, request: web.Request, body: Any, read: Reader) -> dict[str, Any]:
    """What the script is given; raises Problem `invalid_argument` where a PARAM expects something else."""
    fields = {name.lower(): value for name, value in body.items()} if isinstance(body, dict) else {}
    given: Mapping[str, Any] = {"body": body, "headers": _headers(request.headers), "query": _query(request)}
    arguments = {p.name: given[p.name] if p.name in _GIVEN else fields.get(p.name.lower()) for p in program.parameters}
    try:
        program.accept(arguments, read)
    except ScriptError as error:
        raise Problem("invalid_argument", error.message[:1].upper() + error.message[1:]) from None
    return arguments


def _headers(headers: MultiMapping[str]) -> dict[str, str]:
    """By name in small letters, without those that prove who calls."""
    return {
        name.lower(): value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for name, value in headers.items()
        if name.lower() not in _KEPT_BACK
    }


def _query(request: web.Request) -> dict[str, Any]:
    return record(request.query.items())


def _key(request: web.Request) -> str | None:
    for name in _KEYS:
        if key := request.headers.get(name, "").strip():
            if len(key) > LONGEST_KEY:
                raise Problem("invalid_request", f"{name} can have {LONGEST_KEY} characters, got {len(key)}")
            try:
                return storable(key)
            except ValueError as fault:
                raise Problem("invalid_request", f"{name} has {fault} in it") from None
    return None
