"""The ways in which people of a crash test talk to the bot: by its webhook, which answers at once, and by channels."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import aiohttp

from tasktalk.bots.crashtest.channels import BOT, Call, pushed, telegrammed
from tasktalk.bots.crashtest.sink import Sink

_RETRY = 0.05
_MOST_MESSAGES = 1000


class Network:
    """Requests to whichever server answers."""

    def __init__(self, client: aiohttp.ClientSession, urls: Callable[[], str], token: str) -> None:
        """`urls` gives the address of one of the servers at each call."""
        self._client, self._urls = client, urls
        self._headers = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: Mapping[str, str]) -> Any:
        """The answer's JSON; sent again while a server is down, or has no good answer."""
        return await self._ask(path, headers=self._headers, json=body)

    async def call(self, call: Call) -> None:
        """Sent again as `post` does, as providers do."""
        await self._ask(call.path, headers=call.headers, data=call.body)

    async def _ask(self, path: str, **what: Any) -> Any:
        while True:
            try:
                async with self._client.post(self._urls() + path, **what) as answer:
                    if answer.status == 200:
                        return await answer.json()
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(_RETRY * random.uniform(0.5, 1.5))  # noqa: S311


class Way(Protocol):
    """One contact's way to the bot, and back."""

    contact: str

    async def say(self, text: str, number: int, times: int) -> str:
        """Brings a message, which is the contact's so manieth from 0, so many times at once; gives what is answered."""
        ...


class ByWebhook:
    """What is answered stands in the answers; what the bot says besides goes to the channel."""

    def __init__(self, number: int, network: Network) -> None:
        self.contact, self._network = f"c{number}", network

    async def say(self, text: str, number: int, times: int) -> str:
        body = {"contact": self.contact, "text": text, "message_id": f"{self.contact}-{number}"}
        found = await asyncio.gather(*(self._network.post(f"/webhook/{BOT}", body) for _ in range(times)))
        answers = ["\n".join(reply["text"] for reply in answer["replies"]) for answer in found]
        return "\n--- but also: ---\n".join(dict.fromkeys(answers))


class ByChannel:
    """All that the bot says comes by the channel."""

    def __init__(self, contact: str, network: Network, sink: Sink) -> None:
        self.contact, self._network, self._sink = contact, network, sink

    async def say(self, text: str, number: int, times: int) -> str:
        if number:
            await self._sink.heard(self.contact, "Your ", number)
        call = self.call(text, number)
        await asyncio.gather(*(self._network.call(call) for _ in range(times)))
        if number:
            return await self._sink.heard(self.contact, "Noted ", number)
        return await self._sink.heard(self.contact, "Your ")

    def call(self, text: str, number: int) -> Call:
        """How the provider brings it."""
        return pushed(self.contact, text, f"{self.contact}-{number}")


class ByTelegram(ByChannel):
    """A contact is a chat's number."""

    def call(self, text: str, number: int) -> Call:
        return telegrammed(self.contact, text, int(self.contact) * _MOST_MESSAGES + number)


def way(number: int, network: Network, sink: Sink) -> Way:
    """A third of the people each."""
    match number % 3:
        case 0:
            return ByWebhook(number, network)
        case 1:
            return ByTelegram(str(number), network, sink)
        case _:
            return ByChannel(f"c{number}", network, sink)
