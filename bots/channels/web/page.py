"""The chat page of a bot."""

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.web.door import Door
from tasktalk.bots.page_files import PAGES


class Page:
    """`GET /chat/BOT`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page, which is the same for all bots."""
        try:
            self._door.there_is(request.match_info["bot"])
        except Problem as problem:
            raise web.HTTPNotFound(text=problem.message) from None
        return web.FileResponse(PAGES / "chat.html")
