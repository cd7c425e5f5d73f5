"""The channels of tasktalk.toml, by their names: what takes messages in and brings out what bots say.

Which there are may change while the server runs: those whose settings are as they were stay as they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from tasktalk.bots.channels.adapter import Adapter, Common, Door
from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.outside.provider import Provider
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.parts import parts
from tasktalk.runtime.ports import Channel, Delivery, Inbound, Receipt

PATH: Final = "/channels"


def address(public_url: str, name: str) -> str:
    """Where a provider reaches a channel."""
    return f"{public_url}{PATH}/{name}"


class Channels(Mapping[str, Channel]):
    """The channels by their names, and beside them those of `others`, which are no part of the file."""

    def __init__(self, clock: Clock, others: Mapping[str, Channel] | None = None) -> None:
        self._clock, self._others = clock, dict(others or {})
        self._provider = Provider()
        self._engine: Engine | None = None
        self._adapters: dict[str, Adapter[Any]] = {}
        self._public_url: str | None = None

    def __getitem__(self, name: str) -> Channel:
        adapter = self._adapters.get(name)
        return self._others[name] if adapter is None else _Worded(adapter)

    def __iter__(self) -> Iterator[str]:
        yield from {**self._others, **self._adapters}

    def __len__(self) -> int:
        return len(self._others) + len(self._adapters)

    def connect(self, engine: Engine) -> None:
        """What comes in goes to this engine."""
        self._engine = engine

    def become(self, settings: Mapping[str, Common], public_url: str | None = None) -> None:
        """From now on there are these channels, on a server that the world reaches at an address."""
        if public_url != self._public_url:
            self._public_url, self._adapters = public_url, {}
        self._adapters = {
            name: known
            if (known := self._adapters.get(name)) is not None and known.settings == given
            else kinds()[given.kind](given, Door(name, self._address(name), self._clock, self._provider, self._receive))
            for name, given in settings.items()
        }

    async def close(self) -> None:
        """Ends the connections to providers."""
        await self._provider.close()

    def adapter(self, name: str) -> Adapter[Any] | None:
        """The channel of this name, if the file has one."""
        return self._adapters.get(name)

    def customs(self, name: str) -> Customs:
        """What holds in the channel of this name."""
        adapter = self._adapters.get(name)
        return NONE if adapter is None else adapter.customs

    def _address(self, name: str) -> str | None:
        return None if self._public_url is None else address(self._public_url, name)

    async def _receive(self, inbound: Inbound) -> Receipt:
        if self._engine is None:
            raise RuntimeError("the channels are connected to no engine")
        return await self._engine.receive(inbound)


class _Worded:
    """A channel that is given no message without words, since no provider takes one.

    Where there are ready answers alone these are its words; one with nothing is not sent.
    """

    def __init__(self, adapter: Adapter[Any]) -> None:
        self._adapter = adapter

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return self._adapter.longest(detail)

    async def send(self, delivery: Delivery) -> None:
        if not delivery.words.strip():
            said = " · ".join(suggestion["label"] for suggestion in delivery.suggestions)
            if not said:
                return
            delivery = replace(delivery, text=parts(said, self.longest(delivery.detail))[0])
        await self._adapter.send(delivery)
