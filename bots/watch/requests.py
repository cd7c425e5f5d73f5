"""Counts the requests that are answered, and how late the event loop is. A path is counted by its route's pattern."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from tasktalk.runtime.meters import OTHER, Instrument, Number, Spread

LOOK_EVERY_SECONDS = 0.25
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """What is counted at the server's door."""

    def __init__(self) -> None:
        self.answered = Number(
            "counter", "tasktalk_http_requests", "Requests answered, by route", "method", "route", "status"
        )
        self.seconds = Spread("tasktalk_http_request_seconds", "A request, from its head to its answer", "route")
        self.loop_late = Spread("tasktalk_loop_late_seconds", "How late the event loop comes to what is its turn")

    def instruments(self) -> list[Instrument]:
        """All of them."""
        return list(vars(self).values())

    def take(self, request: web.Request, answer: web.StreamResponse, seconds: float) -> None:
        """Counts a request that was answered after so many seconds."""
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else OTHER
        method = request.method if request.method in _METHODS else OTHER
        self.answered.add(method, route, str(answer.status))
        if not _is_kept_open(answer):
            self.seconds.observe(seconds, route)

    async def look_at_loop(self, app: web.Application) -> AsyncIterator[None]:
        """Measures the event loop while the server runs: for an application's `cleanup_ctx`."""
        task = asyncio.create_task(self.measure(LOOK_EVERY_SECONDS))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def measure(self, every_seconds: float) -> None:
        """Asks to be woken, again and again, and notes how late that comes."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every_seconds
            await asyncio.sleep(every_seconds)
            self.loop_late.observe(max(0.0, loop.time() - due))


def _is_kept_open(answer: web.StreamResponse) -> bool:
    """Whether it was open as long as a page was."""
    is_whole = isinstance(answer, web.Response)
    return not is_whole and (answer.status == 101 or answer.content_type == "text/event-stream")
