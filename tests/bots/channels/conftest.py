"""A server with one channel, on a clock that stands still, and the provider of that channel."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.writing import Writing
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.virtual_time import pass_time
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import conversations
from tests.bots.channels.side import PUBLIC_URL, Call, Given, Sent, Side
from tests.bots.channels.sides import SIDES
from tests.bots.channels.teams import Teams
from tests.bots.channels.telegram import Telegram
from tests.databases import IS_POSTGRESQL, url_of

KEYWORDS = language()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ECHO = """
TALK "Hello."
DO
  HEAR word
  TALK "You said " + word
LOOP UNTIL word = "bye"
"""


# No kind knows the store, so on PostgreSQL two stand for all: one whose files are kept, and one whose files are not.
@pytest.fixture(params=[Teams, Telegram] if IS_POSTGRESQL else SIDES, ids=lambda side: side.kind)
def side(request: pytest.FixtureRequest) -> Side:
    """The other side of a channel of each kind."""
    found: type[Side] = request.param
    return found()


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the channels' settings name."""
    for side in SIDES:
        for name, value in side.secrets.items():
            monkeypatch.setenv(name, value)


@dataclass(frozen=True)
class Downloaded:
    """An answer of the server."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def error(self) -> str:
        return str(json.loads(self.data)["error"])


class House:
    """The server with its provider. `number` names the next message."""

    def __init__(self, side: Side, folder: Path) -> None:
        self.side, self.folder = side, folder
        self.hosting: dict[str, Any] = {}  # what the server is told otherwise than usual
        self.clock, self.provider, self.number = VirtualClock(NOW), side.provider(), 100

    @asynccontextmanager
    async def open(self, script: str = ECHO, **settings: Any) -> AsyncIterator["House"]:
        """Serves on what was stored before."""
        bots_folder = self.folder / "bots"
        (bots_folder / "helper").mkdir(parents=True, exist_ok=True)
        (bots_folder / "helper" / "start.bas").write_text(script, encoding="utf-8")
        address = await self.provider.start()
        self.provider.beside = dict(self.side.beside(address))
        try:
            bots = Bots.load(bots_folder, KEYWORDS)
            given = {"kind": self.side.kind, "bot": "helper", **self.side.settings(address), **settings}
            channel: Common = kinds()[self.side.kind].settings_type.model_validate(given)
            hosting = Hosting(
                **{
                    "channels": {"place": channel},
                    "public_url": PUBLIC_URL,
                    "files": str(self.folder / "files"),
                    "private_hosts": list(filter(None, [address.partition("//")[2]])),
                    **self.hosting,
                }
            )
            async with assembled(
                url_of(self.folder / "store.db"), bots, KEYWORDS, self.clock, hosting=hosting
            ) as services:
                self.services, self.engine = services, services.engine
                await self.engine.start()
                async with TestClient(TestServer(application(services, Settings(is_loopback=True)))) as client:
                    self.client = client
                    yield self
        finally:
            await self.provider.stop()

    async def call(self, call: Call) -> tuple[int, Any]:
        """What a call is answered with."""
        return await self.side.deliver(self, call)

    async def write(self, text: str, number: int | None = None) -> None:
        """The contact writes something, and all that comes of it at this moment is done."""
        self.number += 1
        status, _ = await self.call(self.side.message(text, number or self.number, self.clock.now()))
        assert status == 200
        await self.engine.settle()

    async def send(self, given: Given, text: str = "") -> None:
        """The contact sends a file, which the provider has, and all that comes of it at this moment is done."""
        self.number += 1
        self.provider.at = dict(self.side.holds(given))
        status, _ = await self.call(self.side.file(text, given, self.number, self.clock.now()))
        assert status == 200
        await self.engine.settle()

    async def get(self, link: str) -> Downloaded:
        """What is at a link of the server's own."""
        assert link.startswith(PUBLIC_URL)
        async with self.client.get(URL(link.removeprefix(PUBLIC_URL), encoded=True)) as answer:
            return Downloaded(answer.status, dict(answer.headers), await answer.read())

    async def press(self, label: str) -> None:
        """The contact presses a button of the last message."""
        self.number += 1
        call = self.side.press(self.provider.told[-1], label, self.number, self.clock.now())
        assert (await self.call(call))[0] == 200
        await self.engine.settle()

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.engine, self.clock, self.clock.now() + by)

    @property
    def adapter(self) -> Any:
        """The channel as the server has it."""
        assert self.services.channels is not None
        return self.services.channels.adapter("place")

    @property
    def sent(self) -> list[Sent]:
        """All that the provider was told to show."""
        return [self.side.sent(told) for told in self.provider.told if not self.side.is_typing(told)]

    @property
    def typed(self) -> list[bool]:
        """Of all that the provider was told, whether it was that the bot is writing."""
        return [self.side.is_typing(told) for told in self.provider.told]

    async def shown(self) -> None:
        """Returns when the provider was told that the bot is writing, if that was to be told."""
        await self.writing.idle()

    @property
    def writing(self) -> Writing:
        channels = self.services.channels
        assert channels is not None
        assert channels.writing is not None
        return channels.writing

    @property
    def texts(self) -> list[str]:
        return [sent.text for sent in self.sent]

    async def conversation(self) -> str:
        """The id of the one conversation."""
        async with self.services.database.read() as reader:
            row = await conversations.of_contact(reader, "helper", "place", self.side.contact)
        assert row is not None
        found: str = row["conversation_id"]
        return found
