"""Who may talk on the web: pages of this server, of this machine and of the sites that its host names."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from yarl import URL

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.web.present import Present
from tasktalk.bots.channels.web.protocol import CHOSEN, MAX_UNHEARD, TOO_MANY, Contact, Frame, Said, welcome
from tasktalk.bots.channels.web.rates import PerAddress
from tasktalk.bots.channels.web.talk import LetGo, Send, Talk
from tasktalk.bots.channels.web.uploads import Uploads
from tasktalk.bots.origins import address_of, is_loopback, is_same_origin
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.ports import Inbound, Receipt, TurnReport
from tasktalk.storage import conversations
from tasktalk.storage.errors import DatabaseError

_CONTACT: TypeAdapter[str] = TypeAdapter(Contact)


class Door:
    """What holds for all ways in, and the talks that are under way by them."""

    def __init__(self, services: Services, origins: frozenset[str]) -> None:
        """`origins`: other sites whose pages may talk here."""
        self._services, self._engine, self._origins = services, services.engine, origins
        self._newcomers = PerAddress(services.clock, services.rates.talk)
        self._bringers = PerAddress(services.clock, services.rates.upload)
        self._uploads = Uploads(services)
        self._talks = Present()
        self._unheard: Counter[tuple[str, str]] = Counter()  # messages that wait for their turns, by bot and contact
        self._waits: set[asyncio.Task[None]] = set()
        self._engine.watch(self._turned)

    def bot(self, request: web.Request) -> str:
        """With whom the page wants to talk. Raises Problem `permission_denied` or `bot_not_found`."""
        if not self._is_welcome(request):
            origin = request.headers.get("Origin", "")
            if origin == "null":
                raise Problem(
                    "permission_denied",
                    "A page that is opened as a file may not talk to the bots of this server; put it on a web server, "
                    "such as python -m http.server in its folder, and open it at http://localhost:8000",
                )
            raise Problem(
                "permission_denied",
                f"Pages of {origin or 'another site'} may not talk to the bots of this server; "
                f"its host lets them with: tasktalk serve --cors-origin chat={origin or 'https://SITE'}",
            )
        return self.there_is(request.match_info["bot"])

    def there_is(self, bot: str) -> str:
        """The bot itself. Raises Problem `bot_not_found`."""
        if not self._services.bots.is_bot(bot):
            raise Problem("bot_not_found", f"There is no bot {bot} here.")
        return bot

    def contact(self, request: web.Request) -> str:
        """Who is talking, by the secret that they say. Raises Problem `unauthorized`."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme.lower() == "bearer":
                return _CONTACT.validate_python(given.strip())
        except ValidationError:
            pass
        message = f"Say who you are: Authorization: Bearer SECRET, {CHOSEN}"
        raise Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})

    async def admit(self, request: web.Request, bot: str, contact: str) -> None:
        """Lets a contact in who is known, and of new ones so many from each address. Raises `rate_limit_exceeded`."""
        if address_of(request) is not None and not await self._is_known(bot, contact):
            _demand_rate(request, self._newcomers, "talks were begun")

    def talk(self, request: web.Request, bot: str, contact: str, after: int, send: Send, let_go: LetGo) -> Talk:
        """A page's part in its conversation."""
        talk = Talk(self._engine, bot, contact, after, _origin(request), send, let_go)
        self._talks.add(talk)
        return talk

    @property
    def greeting(self) -> Frame:
        """What each page is told first."""
        return welcome(self._uploads.limits)

    async def upload(self, request: web.Request, bot: str, contact: str) -> Mapping[str, Any]:
        """As `Uploads.take`, from each address so often, and for a talk that has begun. Raises `rate_limit_exceeded`
        and `conversation_not_found`, too."""
        if not await self._is_known(bot, contact):
            message = "This talk has not begun: say something first, or ask for its events"
            raise Problem("conversation_not_found", message, {"Connection": "close"})
        _demand_rate(request, self._bringers, "files were sent")
        return await self._uploads.take(request, bot, contact, _origin(request))

    async def hear(self, bot: str, contact: str, said: Said) -> Receipt:
        """Takes in what is said, and shows the bot at work on it to the contact's pages: it is on disk when this
        returns. Raises Problem `rate_limit_exceeded` while too much of the contact waits, and as `Uploads.known` does.
        """
        whose = (bot, contact)
        if self._unheard[whose] >= MAX_UNHEARD:
            raise Problem("rate_limit_exceeded", TOO_MANY, {"Retry-After": "1"})
        self._unheard[whose] += 1
        try:
            files = await self._uploads.known(bot, contact, said.files)
            receipt = await self._engine.receive(Inbound(bot, "web", contact, said.text, said.id, files=files))
        except BaseException:
            self._is_heard(whose)
            raise
        wait = asyncio.create_task(self._until_heard(whose, receipt))
        self._waits.add(wait)
        wait.add_done_callback(self._waits.discard)
        for talk in self._talks.of(bot, contact):
            talk.think(receipt)
        return receipt

    async def close(self) -> None:
        """The server stops."""
        for wait in self._waits:
            wait.cancel()
        await asyncio.gather(*self._waits, return_exceptions=True)

    async def _until_heard(self, whose: tuple[str, str], receipt: Receipt) -> None:
        try:
            with suppress(Stopped, DatabaseError):
                await self._engine.answer(receipt)
        finally:
            self._is_heard(whose)

    def _is_heard(self, whose: tuple[str, str]) -> None:
        self._unheard[whose] -= 1
        if not self._unheard[whose]:
            del self._unheard[whose]

    def _turned(self, report: TurnReport) -> None:
        for talk in self._talks.in_conversation(report.conversation_id):
            talk.turned(report)

    def _is_welcome(self, request: web.Request) -> bool:
        if is_same_origin(request):
            return True
        origin = request.headers.get("Origin", "")
        if origin in self._origins:
            return True
        public = self._services.public_url
        try:
            url = URL(origin)
            return is_loopback(url.host or "") or (public is not None and url.origin() == URL(public).origin())
        except ValueError:  # such as "null", which has no origin
            return False

    async def _is_known(self, bot: str, contact: str) -> bool:
        async with self._services.database.read() as reader:
            return await conversations.of_contact(reader, bot, "web", contact) is not None


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _demand_rate(request: web.Request, rate: PerAddress, what: str) -> None:
    """Counts one more from the address of a request, unless that is this machine. Raises `rate_limit_exceeded`."""
    address = address_of(request)
    seconds = 0 if address is None else rate.seconds_until_next(address)
    if seconds:
        message = f"Too many {what} from this address: try it again in {seconds} seconds."
        raise Problem("rate_limit_exceeded", message, {"Retry-After": str(seconds), "Connection": "close"})
