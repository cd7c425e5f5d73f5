"""How far the talks are, for all that waits for that."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


class Progress:
    """Steps of people, from 0 to `total`."""

    def __init__(self, total: int, told: Callable[[int, int], None]) -> None:
        """`told` gets the steps done and the total after each."""
        self.total, self.done, self._told = total, 0, told
        self.is_over = False
        self._moved = asyncio.Event()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        self._told(self.done, self.total)
        self._ring()

    def end(self) -> None:
        """There will be no more steps."""
        self.is_over = True
        self._ring()

    async def reach(self, steps: int) -> None:
        """Returns when so many steps are done, or there will be no more."""
        while self.done < steps and not self.is_over:
            await self._moved.wait()

    async def stall(self, seconds: float) -> None:
        """Returns when nothing has moved for so long, or there will be no more steps."""
        with suppress(TimeoutError):
            while not self.is_over:
                async with asyncio.timeout(seconds):
                    await self._moved.wait()

    def _ring(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
