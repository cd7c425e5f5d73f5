"""Who may talk on the web: pages of this server, of this machine and of the sites that its host names."""

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from yarl import URL

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.web.newcomers import Newcomers
from tasktalk.bots.channels.web.present import Present
from tasktalk.bots.channels.web.protocol import TOO_MANY, Contact, Said
from tasktalk.bots.channels.web.talk import LetGo, Send, Talk
from tasktalk.bots.origins import address_of, is_loopback, is_same_origin
from tasktalk.runtime.ports import Inbound, Receipt, TurnReport
from tasktalk.storage import conversations

_CONTACT: TypeAdapter[str] = TypeAdapter(Contact)


class Door:
    """What holds for all ways in, and the talks that are under way by them."""

    def __init__(self, services: Services, origins: frozenset[str]) -> None:
        """`origins`: other sites whose pages may talk here."""
        self._services, self._origins = services, origins
        self._newcomers = Newcomers(services.clock, services.rates.talk)
        self._talks = Present()
        services.engine.watch(self._turned)

    def bot(self, request: web.Request) -> str:
        """With whom the page wants to talk. Raises Problem `permission_denied` or `bot_not_found`."""
        if not self._is_welcome(request):
            origin = request.headers.get("Origin", "")
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
        """Who is talking. Raises Problem `unauthorized`."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme.lower() == "bearer":
                return _CONTACT.validate_python(given.strip())
        except ValidationError:
            pass
        message = "Say who you are: Authorization: Bearer SECRET, 20 to 80 letters, digits, - and _ of your own choice"
        raise Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})

    async def admit(self, request: web.Request, bot: str, contact: str) -> None:
        """Lets a contact in who is known, and of new ones so many from each address. Raises `rate_limit_exceeded`."""
        address = address_of(request)
        if address is None or await self._is_known(bot, contact):
            return
        seconds = self._newcomers.seconds_until_welcome(address)
        if seconds:
            message = f"Too many talks were begun from this address: try it again in {seconds} seconds."
            raise Problem("rate_limit_exceeded", message, {"Retry-After": str(seconds)})

    def talk(self, bot: str, contact: str, after: int, send: Send, let_go: LetGo) -> Talk:
        """A page's part in its conversation."""
        talk = Talk(self._services.engine, bot, contact, after, send, let_go)
        self._talks.add(talk)
        return talk

    async def hear(self, bot: str, contact: str, said: Said) -> Receipt:
        """Takes in what is said beside the connections of its contact's pages, which show the bot at work: it is on
        disk when this returns. Raises Problem `rate_limit_exceeded` while too much waits to be heard."""
        mine = self._talks.of(bot, contact)
        if any(talk.is_busy for talk in mine):
            raise Problem("rate_limit_exceeded", TOO_MANY, {"Retry-After": "1"})
        receipt = await self._services.engine.receive(Inbound(bot, "web", contact, said.text, said.id))
        for talk in mine:
            talk.think(receipt)
        return receipt

    def _turned(self, report: TurnReport) -> None:
        for talk in self._talks.in_conversation(report.conversation_id):
            talk.turned(report)

    def _is_welcome(self, request: web.Request) -> bool:
        if is_same_origin(request):
            return True
        origin = request.headers.get("Origin", "")
        if origin in self._origins:
            return True
        public = self._services.channels.public_url if self._services.channels is not None else None
        try:
            url = URL(origin)
            return is_loopback(url.host or "") or (public is not None and url.origin() == URL(public).origin())
        except ValueError:  # such as "null", which has no origin
            return False

    async def _is_known(self, bot: str, contact: str) -> bool:
        async with self._services.database.read() as reader:
            return await conversations.of_contact(reader, bot, "web", contact) is not None
