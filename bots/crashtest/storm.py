"""The kills: spread over the whole of the talks, at random moments and at named instants in turn, one at a time."""

import asyncio
import random
from collections.abc import Sequence

from tasktalk.bots.crashtest.progress import Progress
from tasktalk.bots.crashtest.servers import Server

INSTANTS = (
    "after-inbox-commit",
    "before-turn-commit",
    "before-commit",
    "after-commit",
    "after-turn-commit",
    "after-step-begun",
    "after-step-call",
    "after-step-commit",
    "before-delivery",
    "after-delivery",
)
_MOST_TIMES = 8
_PATIENCE = 2.0
_RANDOM_SECONDS = 0.03


class Storm:
    """Kills, and starts again what was killed."""

    def __init__(self, kills: int, chance: random.Random, progress: Progress, servers: Sequence[Server]) -> None:
        self.at_random, self.at_instants = 0, 0
        self._kills, self._chance, self._progress, self._servers = kills, chance, progress, servers

    async def rage(self) -> None:
        """Returns when all kills are done and every server serves again. Raises CannotStart."""
        for number in range(self._kills):
            await self._progress.reach(self._progress.done + self._steps(self._kills - number))
            victim = self._chance.choice(self._servers)
            if number % 2 and await self._is_trapped(victim, INSTANTS[number // 2 % len(INSTANTS)]):
                self.at_instants += 1
            else:
                await asyncio.sleep(self._chance.random() * _RANDOM_SECONDS)
                await victim.kill()
                self.at_random += 1
            await victim.start()

    def _steps(self, kills_left: int) -> int:
        share = (self._progress.total - self._progress.done) / (kills_left + 1)
        return int(share * self._chance.uniform(0.4, 1.0))

    async def _is_trapped(self, victim: Server, instant: str) -> bool:
        """Whether the server came to the instant; if it does not within a while, it lives on."""
        await victim.arm(instant, self._chance.randint(1, _MOST_TIMES))
        try:
            await asyncio.wait_for(victim.ended(), _PATIENCE)
        except TimeoutError:
            return False
        return True
