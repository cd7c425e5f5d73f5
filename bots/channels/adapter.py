"""What a kind of channel is: how its provider's requests are read, and how messages are brought out.

A kind reads a request into messages, and answers it when they are on disk. It sends one message in one call of its
provider, so that an attempt that is made again repeats nothing that had come. Retries, their order and what is given up
are the outbox's.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, TypeVar

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.menus import choices, menu
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.texts import fitting, storable
from tasktalk.bots.outside.addresses import is_of
from tasktalk.bots.outside.answers import WrongAnswer
from tasktalk.bots.outside.provider import GONE, Provider
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.parts import units
from tasktalk.runtime.ports import Delivery, Fetched, FileGone, Inbound, InboundFile, Outside, Receipt, Request

MOST_OF_ADDRESS: Final = 200
MOST_OF_ID: Final = 400
"""How long may be by what a provider knows a person or a message: every database can have an index of it."""
MOST_CHARACTERS: Final = 64 * 1024
"""How much of a text that comes in is heard."""

_log = logging.getLogger("tasktalk.channels")


S = TypeVar("S", bound=Common)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Door:
    """What an adapter is given: its name, the time, its provider's line, and where it brings what it reads.

    `address` is where its provider reaches it, if tasktalk.toml says where the world reaches the server.
    """

    name: str
    address: str | None
    clock: Clock
    provider: Provider
    receive: Callable[[Inbound], Awaitable[Receipt]]
    has: Callable[[str, str], Awaitable[bool]]
    """Whether a contact's message with this id was taken in before: for what must be done before it is, and once."""
    outside: Outside
    """For what lies anywhere on the web: nothing of the server's own network is asked."""
    keep: Callable[[AsyncIterator[bytes]], Awaitable[str]]
    """As `KeptFiles.keep`, for bytes that the provider would not give again."""
    wait_until: Callable[[datetime], Awaitable[None]]
    is_ours: Callable[[], bool]
    """Whether it is this process, of those that share a database, which asks the provider for what is new."""


class Adapter(ABC, Generic[S]):
    """One channel of tasktalk.toml while the server runs."""

    settings_type: ClassVar[type[Common]]
    most_per_second: ClassVar[float | None] = None
    """How many messages the provider takes in a second, where it says so."""
    most_units: ClassVar[int | None] = None
    """How long a text may be, in units of UTF-16; None takes any."""
    most_buttons: ClassVar[int | None] = None
    """How many ready answers may be buttons; more are numbers below the text. None takes any."""

    def __init__(self, settings: S, door: Door) -> None:
        self.settings, self.door = settings, door
        self._warned: set[str] = set()
        self.customs = replace(
            settings.customs,
            addressed=self.addressed,
            per_second=settings.rate or self.most_per_second,
            are_numbers=lambda detail: not self.are_buttons(detail),
        )

    async def run(self) -> None:
        """What it does by itself while the channel is there: cancelled when that goes, begun again when it fails."""

    @abstractmethod
    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Takes in what the provider tells; it is stored when this returns.

        Raises Problem `unauthorized` for what is not signed as it should be, and for what was signed too long ago.
        What it does not understand it passes over: a provider sends again what is not answered well.
        """

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        """As `Channel.longest`: a menu of numbers stands in the text."""
        most = self.most_of(detail)
        if most is None or self.are_buttons(detail):
            return most
        return max(most - units(menu(detail)), most // 2)

    def most_of(self, detail: Mapping[str, Any]) -> int | None:
        """How long a text with what goes along may be, its menu in it; there is room for the links of its files."""
        if self.most_units is None:
            return None
        links = sum(1 + units(file["url"]) for file in detail.get("files", ()))
        return max(self.most_units - links, self.most_units // 2)

    def is_shown(self, file: Mapping[str, Any]) -> bool:
        """Whether the provider is asked to show a file itself; the link of any other stands below the text."""
        return False

    def worded(self, delivery: Delivery) -> str:
        """What stands in a message as text: its words, the links of what is not shown, and the menu."""
        links = [file["url"] for file in delivery.files if not self.is_shown(file)]
        return " ".join(filter(None, (delivery.text, *links))) + self.numbered(delivery)

    def are_buttons(self, detail: Mapping[str, Any]) -> bool:
        """Whether the ready answers of a message are buttons: all of them, or none."""
        return self.most_buttons is None or len(detail.get("suggestions", ())) <= self.most_buttons

    def pressed(self, delivery: Delivery, most_bytes: int) -> list[tuple[str, str]]:
        """The `choices` of a message that are buttons."""
        return choices(delivery, most_bytes) if self.are_buttons(delivery.detail) else []

    def numbered(self, delivery: Delivery) -> str:
        """What stands below the text where the ready answers are no buttons; it leaves the half for the text."""
        if self.are_buttons(delivery.detail):
            return ""
        most = self.most_of(delivery.detail)
        return menu(delivery.detail, None if most is None else most // 2)

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """An address that somebody wrote, as `hear` would have it from its owner; None for what is none."""
        address = written.strip()
        return address if 0 < len(address) <= MOST_OF_ADDRESS and address.isprintable() else None

    @abstractmethod
    async def send(self, delivery: Delivery) -> None:
        """As `Channel.send`."""

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Shows the bot as writing for as long as the provider does so for one call; nothing where it cannot.

        What is raised is not told to anybody: it is not tried again.
        """

    def warn_once(self, what: str) -> None:
        """Tells whoever runs the server what is most likely wrong at the provider or in the settings."""
        if what not in self._warned:
            self._warned.add(what)
            _log.warning("Channel %s: %s", self.door.name, fitting(what))

    @classmethod
    def reached_at(cls, settings: S, address: str) -> str:
        """Where messages come in; `address` is where calls of its provider do."""
        return address

    @classmethod
    @abstractmethod
    def instructions(cls, settings: S, address: str) -> Sequence[str]:
        """What to do at the provider, one step a sentence; `address` is where it reaches this channel."""

    async def hear(
        self,
        contact: str,
        text: str,
        message_id: str | None,
        name: str | None = None,
        route: Mapping[str, Any] | None = None,
        files: Sequence[InboundFile] = (),
        also: str | None = None,
        own_route: Mapping[str, Any] | None = None,
    ) -> Receipt:
        """Takes in one message with the files that came with it, under the provider's own id. `also` and `own_route`
        are as in `Inbound`. Raises Problem `invalid_request` for ids that cannot be kept as they are."""
        _demand_ids([contact, message_id, also])
        _demand_storable([*_texts(route or {}), *_texts(own_route or {}), *(file.reference for file in files)])
        said = fitting(text)[:MOST_CHARACTERS]
        called = fitting(name)[:200].strip() if name else None
        inbound = Inbound(
            *(self.settings.bot, self.door.name, contact, said, message_id, called or None, route, files),
            also=also,
            own_route=own_route,
        )
        return await self.door.receive(inbound)

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What `take` makes of a file that came in, as the provider gives it again while it comes.

        Raises FileGone, and ConnectionError where the provider cannot be asked now. A kind that keeps what comes in
        has nothing to fetch.
        """
        raise FileGone("this channel keeps no files")

    async def fetch_as(
        self,
        who: str,
        url: str,
        take: Callable[[Fetched], Awaitable[T]],
        headers: Mapping[str, str],
        domains: Collection[str],
        own: str,
    ) -> T:
        """As `fetch`, for a file that lies where the provider says: the headers go along if that is in one of the
        provider's `domains`, or at the origin of `own`. What lies anywhere else is asked for by nobody's name."""
        if is_of(url, domains, own):
            return await self.door.provider.fetch(who, url, take, headers=headers)
        return await self.fetch_from(url, take)

    async def fetch_from(self, url: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """As `fetch`, for a file that lies openly on the web. Refuses what no web address is that may be asked."""
        try:
            return await self.door.outside.fetch(Request("GET", url, {}, None, ""), take)
        except WrongAnswer as wrong:
            raise (FileGone if wrong.status in GONE else ConnectionError)(wrong.message) from None
        except Refused as refused:
            if refused.code == "no-connection":
                raise ConnectionError(refused.message) from None
            raise


def _demand_ids(ids: Sequence[str | None]) -> None:
    known = [each for each in ids if each is not None]
    if any(len(each) > MOST_OF_ID for each in known):
        raise Problem("invalid_request", f"An id in the call is longer than {MOST_OF_ID} characters")
    _demand_storable(known)


def _demand_storable(texts: Iterable[str]) -> None:
    try:
        for each in texts:
            storable(each)
    except ValueError as error:
        raise Problem("invalid_request", f"An id or an address in the call has {error} in it") from None


def _texts(route: Mapping[str, Any]) -> Iterator[str]:
    for value in route.values():
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))
