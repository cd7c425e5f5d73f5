"""The people who talk to the servers: each says the same in every play of one seed, again until it is answered."""

import asyncio
import random

from tasktalk.bots.crashtest.progress import Progress
from tasktalk.bots.crashtest.ways.network import Network
from tasktalk.bots.crashtest.ways.screens import Screens
from tasktalk.bots.crashtest.ways.way import Way

ROUNDS = (3, 2, 2)
"""How many questions each round of the script has; an errand lies between two rounds."""
STEPS = 1 + sum(ROUNDS) + len(ROUNDS) - 1
"""Of one person: the greeting, the answers, the errands."""

_WORDS = ("yes", "Ana", "Recife", "green & blue", "açaí", "3", 'it\'s "fine"', "☃", "x" * 200)
_PAUSE = 0.4


class Person:
    """One contact and one talk."""

    def __init__(self, seed: int, way: Way, network: Network, screens: Screens, progress: Progress) -> None:
        self.name, self.channel, self._way = way.contact, way.channel, way
        self.answers: list[str] = []
        """What came as the answer to each message; one that was answered differently when it was repeated has all."""
        self._chance = random.Random(f"{seed} {self.name}")  # noqa: S311
        self._network, self._screens, self._progress = network, screens, progress

    async def talk(self) -> None:
        """The whole talk, to its last delivery."""
        await self._say("hello")
        for errand, questions in enumerate(ROUNDS):
            if errand:
                task = await self._screens.heard(self.name, f"Do {errand}: ")
                await self._network.post(f"/api/v1/tasks/{task}/complete", {"resolution": "done"})
                self._progress.step()
                await self._screens.heard(self.name, f"Errand {errand} is ")
            for _ in range(questions):
                await self._say(f"{self._chance.choice(_WORDS)} {self._chance.randint(1, 999)}")
        await self._screens.heard(self.name, "Goodbye")

    async def _say(self, text: str) -> None:
        """Sends a message, now and then three times at once, and notes its answer."""
        times, pause = self._chance.choice((1, 1, 1, 3)), self._chance.random() * _PAUSE
        await asyncio.sleep(pause)
        self.answers.append(await self._way.say(text, len(self.answers), times))
        self._progress.step()
