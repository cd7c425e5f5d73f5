"""How people of a crash test talk to the bot: by its webhook, which answers at once, and by channels."""

import asyncio
from typing import Protocol

from tasktalk.bots.crashtest.channels import BOT
from tasktalk.bots.crashtest.ways.network import Network
from tasktalk.bots.crashtest.ways.provider import Provider


class Way(Protocol):
    """One contact's way to the bot, and back."""

    contact: str
    channel: str
    """Which brings what the bot says by itself."""

    async def say(self, text: str, number: int, times: int) -> str:
        """Brings a message, which is the contact's so manieth from 0, so many times at once; gives what is answered."""
        ...


class ByWebhook:
    """What is answered stands in the answers; what the bot says besides goes to a channel."""

    def __init__(self, number: int, beside: Provider, network: Network) -> None:
        self.contact, self.channel, self._network = beside.contact(number), beside.channel, network

    async def say(self, text: str, number: int, times: int) -> str:
        body = {"contact": self.contact, "text": text, "message_id": f"{self.contact}-{number}"}
        found = await asyncio.gather(*(self._network.post(f"/webhook/{BOT}", body) for _ in range(times)))
        answers = ["\n".join(reply["text"] for reply in answer["replies"]) for answer in found]
        return "\n--- but also: ---\n".join(dict.fromkeys(answers))


class ByChannel:
    """All that the bot says comes by the channel."""

    def __init__(self, number: int, provider: Provider, network: Network) -> None:
        self.contact, self.channel = provider.contact(number), provider.channel
        self._provider, self._network = provider, network

    async def say(self, text: str, number: int, times: int) -> str:
        screens = self._provider.screens
        if number:
            await screens.heard(self.contact, "Your ", number)
        call = self._provider.call(self.contact, text, number)
        await asyncio.gather(*(self._network.call(call) for _ in range(times)))
        if number:
            return await screens.heard(self.contact, "Noted ", number)
        return await screens.heard(self.contact, "Your ")
