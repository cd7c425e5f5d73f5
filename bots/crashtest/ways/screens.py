"""What people of a crash test have before their eyes, and which calls are refused that would bring them something."""

import asyncio
import random
from collections import defaultdict


class Screens:
    """What each contact was shown, in the order of its coming."""

    def __init__(self) -> None:
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def show(self, contact: str, text: str) -> None:
        """One more message."""
        self.texts[contact].append(text)
        self._news[contact].set()

    def change(self, contact: str, place: int, text: str) -> None:
        """A message has other words from now on."""
        self.texts[contact][place] = text
        self._news[contact].set()

    async def heard(self, contact: str, prefix: str, number: int = 1) -> str:
        """The first text with this beginning that the contact gets, or has got, or the so manieth; without the
        beginning."""
        while True:
            found = [text for text in self.texts[contact] if text.startswith(prefix)]
            if len(found) >= number:
                return found[number - 1].removeprefix(prefix)
            self._news[contact].clear()
            await self._news[contact].wait()


class Refusals:
    """Decides which calls fail: half of them where channels fail, and of those half were taken all the same."""

    def __init__(self, chance: random.Random, *, is_failing: bool) -> None:
        self._chance, self._is_failing = chance, is_failing
        self._left: dict[str, int] = {}

    def is_refused(self, key: str) -> bool:
        """Whether this call for a message is."""
        # None, one or two of a message's calls: half of all calls, and never so many that the message is given up.
        left = self._left.setdefault(key, self._chance.randint(0, 2) if self._is_failing else 0)
        self._left[key] = left - 1
        return left > 0

    def is_taken(self, is_refused: bool) -> bool:
        """Whether what came with a call is taken."""
        return not is_refused or self._chance.random() < 0.5
