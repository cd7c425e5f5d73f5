"""A bot on the real engine, for tests: it can be stopped and opened again on what was stored."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tasktalk.bots.files.local import LocalFiles
from tasktalk.bots.virtual_time import pass_time
from tasktalk.interpreter.keyword import Keyword, Keywords, discover
from tasktalk.interpreter.limits import Limits
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock, VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import Channel, Inbound, InboundFile, Message, Receipt, TurnReport
from tasktalk.storage.database import Database
from tasktalk.storage.tables import metadata
from tests.databases import url_of
from tests.patience import PATIENCE

BOT = "helper"
ECHO = """
TALK "Hello."
DO
  HEAR word
  TALK "You said " + word
LOOP UNTIL word = "bye"
TALK "Bye."
"""


@cache
def shipped() -> Sequence[Keyword]:
    """The keywords that come with TaskTalk."""
    return discover("tasktalk.runtime.keywords")


class Stage:
    """One bot, `helper`. `reports` has what its turns did since it was opened."""

    def __init__(self, folder: Path, clock: Clock, keywords: Iterable[Keyword] = ()) -> None:
        self.folder, self.clock = folder, clock
        self.database_path = folder / "test.db"
        self.keywords = Keywords([*shipped(), *keywords])
        self.reports: list[TurnReport] = []
        self.is_open = False
        (folder / "bots" / BOT).mkdir(parents=True, exist_ok=True)

    def write(self, source: str, name: str = "start.bas", bot: str = BOT) -> None:
        """Writes a script of the bot."""
        path = self.folder / "bots" / bot / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, encoding="utf-8")

    async def open(
        self,
        database_path: Path | None = None,
        channels: Mapping[str, Channel] | None = None,
        limits: Limits | None = None,
        **options: Any,
    ) -> None:
        """Opens the database and starts an engine on it."""
        self.reports = []
        crash = options.get("crash")
        self.database = await Database.open(url_of(database_path or self.database_path), crash)
        self.bots = Bots.load(self.folder / "bots", self.keywords, limits=limits)
        options.setdefault("files", LocalFiles(self.folder / "files"))
        self.engine = Engine(self.database, self.clock, self.bots, self.keywords, channels, **options)
        self.engine.watch(self.reports.append)
        self.is_open = True
        await self.engine.start()

    async def close(self) -> None:
        """Stops the engine and closes the database."""
        self.is_open = False
        await self.engine.stop()
        await self.database.close()

    async def reopen(self, **options: Any) -> None:
        """Stops everything and starts it again on what was stored."""
        await self.close()
        await self.open(**options)

    async def receive(
        self,
        text: str,
        contact: str = "ana",
        message_id: str | None = None,
        channel: str = "test",
        files: Sequence[InboundFile] = (),
    ) -> Receipt:
        """A message comes in."""
        return await self.engine.receive(Inbound(BOT, channel, contact, text, message_id, files=files))

    async def say(
        self, text: str, contact: str = "ana", message_id: str | None = None, files: Sequence[InboundFile] = ()
    ) -> list[str]:
        """The contact says something and gets the answer."""
        return texts(await self.answer(await self.receive(text, contact, message_id, files=files)))

    async def converse(self, text: str, contact: str = "ana", message_id: str | None = None) -> list[str]:
        """The contact says something on a channel whose caller waits for the answer."""
        inbound = Inbound(BOT, "test", contact, text, message_id)
        return texts(await asyncio.wait_for(self.engine.converse(inbound), PATIENCE))

    async def answer(self, receipt: Receipt) -> Sequence[Message]:
        """The answer to a message, which must come."""
        return await asyncio.wait_for(self.engine.answer(receipt), PATIENCE)

    async def pass_time(self, by: timedelta) -> None:
        """Lets virtual time pass, with everything that is due in it."""
        assert isinstance(self.clock, VirtualClock)
        await pass_time(self.engine, self.clock, self.clock.now() + by)

    async def transcript(self, conversation_id: str) -> list[str]:
        """The whole conversation, inbound messages with `> `."""
        found = await self.engine.messages(conversation_id)
        return [("> " if message.direction == "in" else "") + message.text for message in found]

    async def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """The rows of a table that have these values, in the order of their ids."""
        found = metadata.tables[table]
        query = select(found).where(*(found.c[name] == value for name, value in where.items()))
        async with self.database.read() as reader:
            return await reader.rows(query.order_by(*found.primary_key.columns))


def texts(messages: Iterable[Message]) -> list[str]:
    """Their words."""
    return [message.text for message in messages]
