"""The people who talk to the servers: each says the same in every play of one seed, again until it is answered."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from tasktalk.bots.crashtest.progress import Progress
from tasktalk.bots.crashtest.sink import Sink

ROUNDS = (3, 2, 2)
"""How many questions each round of the script has; an errand lies between two rounds."""
STEPS = 1 + sum(ROUNDS) + len(ROUNDS) - 1
"""Of one person: the greeting, the answers, the errands."""

BOT = "errands"

_WORDS = ("yes", "Ana", "Recife", "green & blue", "açaí", "3", 'it\'s "fine"', "☃", "x" * 200)
_PAUSE = 0.4
_RETRY = 0.05


class Network:
    """Requests to whichever server answers."""

    def __init__(self, client: aiohttp.ClientSession, urls: Callable[[], str], token: str) -> None:
        """`urls` gives the address of one of the servers at each call."""
        self._client, self._urls = client, urls
        self._headers = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: Mapping[str, str]) -> Any:
        """The answer's JSON; sent again while a server is down, or has no good answer."""
        while True:
            try:
                async with self._client.post(self._urls() + path, json=body, headers=self._headers) as answer:
                    if answer.status == 200:
                        return await answer.json()
            except (aiohttp.ClientError, TimeoutError):
                pass  # as providers do, at the next try
            await asyncio.sleep(_RETRY * random.uniform(0.5, 1.5))  # noqa: S311


class Person:
    """One contact and one talk."""

    def __init__(self, number: int, seed: int, network: Network, sink: Sink, progress: Progress) -> None:
        self.name = f"c{number}"
        self.answers: list[str] = []
        """What came as the answer to each message; one that was answered differently when it was repeated has all."""
        self._chance = random.Random(f"{seed} {self.name}")  # noqa: S311
        self._network, self._sink, self._progress = network, sink, progress

    async def talk(self) -> None:
        """The whole talk, to its last delivery."""
        await self._say("hello")
        for errand, questions in enumerate(ROUNDS):
            if errand:
                task = await self._sink.heard(self.name, f"Do {errand}: ")
                await self._network.post(f"/api/v1/tasks/{task}/complete", {"resolution": "done"})
                self._progress.step()
                await self._sink.heard(self.name, f"Errand {errand} is ")
            for _ in range(questions):
                await self._say(f"{self._chance.choice(_WORDS)} {self._chance.randint(1, 999)}")
        await self._sink.heard(self.name, "Goodbye")

    async def _say(self, text: str) -> None:
        """Sends a message, now and then three times at once, and notes its answer."""
        times, pause = self._chance.choice((1, 1, 1, 3)), self._chance.random() * _PAUSE
        await asyncio.sleep(pause)
        body = {"contact": self.name, "text": text, "message_id": f"{self.name}-{len(self.answers)}"}
        found = await asyncio.gather(*(self._network.post(f"/webhook/{BOT}", body) for _ in range(times)))
        answers = ["\n".join(reply["text"] for reply in answer["replies"]) for answer in found]
        self.answers.append("\n--- but also: ---\n".join(dict.fromkeys(answers)))
        self._progress.step()
