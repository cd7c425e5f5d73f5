"""The channels of tasktalk.toml, by their names: what takes messages in and brings out what bots say.

Which there are may change while the server runs: those whose settings are as they were stay as they are.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tasktalk.bots.channels.adapter import Adapter, Door
from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.channels.links import NOWHERE, PATH, Links
from tasktalk.bots.channels.running import Pauses, Running
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.writing import Writing
from tasktalk.bots.outside.provider import Provider
from tasktalk.bots.outside.web import Web
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.kept_files import KeptFiles
from tasktalk.runtime.parts import parts
from tasktalk.runtime.ports import Channel, Delivery, Inbound, Outside, Receipt, Undeliverable
from tasktalk.storage.database import Database


def address(public_url: str, name: str) -> str:
    """Where a provider reaches a channel."""
    return f"{public_url}{PATH}/{name}"


class Channels(Mapping[str, Channel]):
    """The channels by their names, and beside them those of `others`, which are no part of the file."""

    def __init__(
        self,
        clock: Clock,
        others: Mapping[str, Channel] | None = None,
        links: Links | None = None,
        outside: Outside | None = None,
        kept: KeptFiles | None = None,
    ) -> None:
        """`links` are told where the world reaches the server; `kept` takes what providers would not give again."""
        self._kept = kept
        self._clock, self._others, self._links = clock, dict(others or {}), links
        self._outside = outside or Web()
        self._provider = Provider()
        self._engine: Engine | None = None
        self.writing: Writing | None = None
        """What shows bots as writing, once an engine is connected."""
        self._adapters: dict[str, Adapter[Any]] = {}
        self._public_url: str | None = None
        self._pauses = Pauses(clock)
        self._running = Running(clock, self._pauses)

    def __getitem__(self, name: str) -> Channel:
        adapter = self._adapters.get(name)
        return self._others[name] if adapter is None else _Worded(adapter)

    def __contains__(self, name: object) -> bool:
        return name in self._adapters or name in self._others

    def __iter__(self) -> Iterator[str]:
        yield from {**self._others, **self._adapters}

    def __len__(self) -> int:
        return len(self._others) + len(self._adapters)

    def connect(self, engine: Engine, database: Database) -> None:
        """What comes in goes to this engine, which drives the database."""
        self._engine, self.writing = engine, Writing(engine, database, self._clock, self.adapter)

    def start(self) -> None:
        """From now on the channels do what they do by themselves, such as asking for what is new."""
        self._running.start(self._adapters)

    def wake(self) -> None:
        """The clock may have gone on, for one that does not go by itself."""
        self._pauses.wake()

    def become(self, settings: Mapping[str, Common], public_url: str | None = None) -> None:
        """From now on there are these channels, on a server that the world reaches at an address."""
        if self._links is not None:
            self._links.public_url = public_url
        came = settings.keys() - self._adapters.keys()
        if public_url != self._public_url:
            self._public_url, self._adapters = public_url, {}
        self._adapters = {
            name: known
            if (known := self._adapters.get(name)) is not None and known.settings == given
            else kinds()[given.kind](given, self._door(name, given.bot))
            for name, given in settings.items()
        }
        self._running.become(self._adapters)
        if came and self._engine is not None:
            self._engine.look_again()  # what was said there, when they were here before, goes now

    async def stop(self) -> None:
        """The channels do nothing by themselves any more when this returns."""
        await self._running.stop()

    @property
    def public_url(self) -> str | None:
        """Where the world reaches the server, if the file says so."""
        return self._public_url

    async def close(self) -> None:
        """Ends the connections to providers."""
        if self.writing is not None:
            await self.writing.close()
        await self._provider.close()

    def adapter(self, name: str) -> Adapter[Any] | None:
        """The channel of this name, if the file has one."""
        return self._adapters.get(name)

    def customs(self, name: str) -> Customs:
        """What holds in the channel of this name."""
        adapter = self._adapters.get(name)
        return NONE if adapter is None else adapter.customs

    def _door(self, name: str, bot: str) -> Door:
        reached_at = None if self._public_url is None else address(self._public_url, name)
        return Door(
            *(name, reached_at, self._clock, self._provider, self._receive),
            has=lambda contact, message_id: self._connected.has_received(bot, name, contact, message_id),
            outside=self._outside,
            keep=self._keep,
            wait_until=self._pauses.until,
            is_ours=lambda: self._engine is None or self._engine.drives(name),
        )

    async def _keep(self, chunks: AsyncIterator[bytes]) -> str:
        if self._kept is None:
            raise Refused("no_file_store", "These channels keep no files")
        return await self._kept.keep(chunks)

    async def _receive(self, inbound: Inbound) -> Receipt:
        receipt = await self._connected.receive(inbound)
        if self.writing is not None:
            self.writing.heard(inbound, receipt)
        return receipt

    @property
    def _connected(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the channels are connected to no engine")
        return self._engine


class _Worded:
    """A channel that is given no message without words, since no provider takes one.

    Where there are ready answers alone these are its words; one with nothing is not sent. What goes with a file that
    the provider does not take, too large or of a kind that it does not show, goes with the file's link.
    """

    def __init__(self, adapter: Adapter[Any]) -> None:
        self._adapter = adapter

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return self._adapter.longest(detail)

    async def send(self, delivery: Delivery) -> None:
        if any(file["url"].startswith(NOWHERE) for file in delivery.files):
            raise Undeliverable(
                "the file lies on this server, and no provider can fetch it from there: tasktalk.toml has no public_url"
            )
        if not delivery.words.strip():
            said = " · ".join(suggestion["label"] for suggestion in delivery.suggestions)
            if not said:
                return
            delivery = replace(delivery, text=parts(said, self.longest(delivery.detail))[0])
        try:
            await self._adapter.send(delivery)
        except Undeliverable:
            if not any(map(self._adapter.is_shown, delivery.files)):
                raise
            detail = {name: value for name, value in delivery.detail.items() if name != "files"}
            await self._adapter.send(replace(delivery, text=delivery.words, detail=detail))
