"""The web chat: the page of each bot and the ways in that it has, one conversation on one screen."""

from aiohttp import web

from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.web.door import Door
from tasktalk.bots.channels.web.events import Events
from tasktalk.bots.channels.web.page import Page
from tasktalk.bots.channels.web.socket import Socket


class WebChat:
    """Everything at and below `/chat/BOT`."""

    def __init__(self, services: Services, origins: frozenset[str] = frozenset()) -> None:
        """`origins`: other sites whose pages may talk to the bots."""
        self._door = door = Door(services, origins)
        self._page, self._socket, self._events = Page(door), Socket(door), Events(door)

    def add_to(self, app: web.Application) -> None:
        """Adds the routes, and lets all pages go when the server stops."""
        app.router.add_get("/chat/{bot}", self._page.show)
        app.router.add_get("/chat/{bot}/socket", self._socket.connect)
        app.add_routes(self._events.routes())
        app.on_shutdown.append(self._close)

    async def _close(self, app: web.Application) -> None:
        await self._socket.close()
        await self._events.close()
        await self._door.close()
