"""A provider on this machine: it keeps what it is told, and answers what the test says."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

_TURNS = 20
"""Of the loop, in which whoever asked gets the first piece of an answer."""


class Cut(bytes):
    """What comes of a file before the connection ends."""

    async def sent(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = len(self) + 1
        await answer.prepare(request)
        await answer.write(self)
        if request.transport is not None:
            request.transport.close()
        return answer


@dataclass(frozen=True)
class Told:
    """One request that the provider took."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer: TypeAlias = tuple[int, dict[str, str], Any]
"""A status, headers, and a body: bytes as they are, anything else as JSON."""


@dataclass
class Provider:
    """`answers` are given first, each a status, headers and a body; after them `usual`, with 200."""

    usual: Any = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    """What else it answers, by the paths, always and beside all the rest: keys, tokens."""
    asked_beside: list[Told] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    is_down: bool = False
    told: list[Told] = field(default_factory=list)
    """What was answered with 200."""
    refused: list[Told] = field(default_factory=list)
    at: dict[str, Answer] = field(default_factory=dict)
    """What is answered at paths of their own, without their queries."""
    asked: list[Told] = field(default_factory=list)
    """What was asked at these."""
    server: TestServer | None = None

    async def start(self) -> str:
        """Its address, without a / at the end."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{rest:.*}", self._take)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("")).rstrip("/")

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.close()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """Every answer comes in two pieces, as one from far away may."""
        answer = await self._answer(request)
        if not isinstance(answer, web.Response):
            return answer
        body = answer.body
        assert isinstance(body, bytes)
        pieces = web.StreamResponse(status=answer.status, headers=answer.headers)
        pieces.content_length = len(body)
        await pieces.prepare(request)
        await pieces.write(body[: len(body) // 2])
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await pieces.write(body[len(body) // 2 :])
        return pieces

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        told = Told(request.method, request.path_qs, dict(request.headers), await request.read())
        if request.path in self.beside:
            self.asked_beside.append(told)
            return web.json_response(self.beside[request.path])
        if self.is_down:
            self.refused.append(told)
            return web.json_response({}, status=503)
        if request.path in self.at:
            self.asked.append(told)
            status, headers, body = self.at[request.path]
            if isinstance(body, Cut):
                return await body.sent(request)
            if isinstance(body, bytes):
                return web.Response(body=body, status=status, headers=headers)
            return web.json_response(body, status=status, headers=headers)
        status, headers, body = self.answers.pop(0) if self.answers else (200, {}, self.usual)
        (self.told if status < 300 else self.refused).append(told)
        return web.json_response(body, status=status, headers=headers)
