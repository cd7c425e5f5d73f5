"""How often a user may do something: so many times in a window that begins with the first of them.

The counts lie in the store: they outlive the process, and several processes count together.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final

from tasktalk.runtime.clock import Clock
from tasktalk.storage import requests
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Duplicate, WriteSet

LONGEST: Final = timedelta(days=1)
WINDOWS: Final[Mapping[str, timedelta]] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": LONGEST,
}
"""The windows that there are, by their names."""
MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a window. ValueError for what cannot be."""

    most: int
    window: timedelta

    def __post_init__(self) -> None:
        if not 1 <= self.most <= MOST or not timedelta() < self.window <= LONGEST:
            raise ValueError(f"expected 1 to {MOST:,} in a day or less")

    @property
    def window_in_words(self) -> str:
        """Such as `an hour`."""
        for name, window in WINDOWS.items():
            if window == self.window:
                return f"an {name}" if name == "hour" else f"a {name}"
        return f"{self.window.total_seconds():g} seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What each user may do, of each kind of thing; None is as often as they like. Nobody has to be a user to talk on
    the web: who begins to, and who uploads a file there, is counted by the address."""

    create: Rate | None = Rate(100, WINDOWS["hour"])
    update: Rate | None = Rate(200, WINDOWS["hour"])
    list: Rate | None = Rate(60, WINDOWS["minute"])
    comment: Rate | None = Rate(50, WINDOWS["hour"])
    transfer: Rate | None = Rate(20, WINDOWS["hour"])  # files of tasks, in and out
    talk: Rate | None = Rate(100, WINDOWS["hour"])
    upload: Rate | None = Rate(100, WINDOWS["hour"])


KINDS: Final = tuple(field.name for field in fields(Rates))
"""What is counted."""
UNLIMITED: Final = Rates(**dict.fromkeys(KINDS))


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a budget after it was asked for one more, which `is_within` it or was refused."""

    most: int
    remaining: int
    seconds_left: int
    """Until the window ends: whole seconds, at least 1."""
    is_within: bool


class Budgets:
    """The budgets of all users of one database."""

    def __init__(self, database: Database, clock: Clock, rates: Rates) -> None:
        self._database, self._clock, self._rates = database, clock, rates

    async def spend(self, user_id: str, kind: str) -> Spent | None:
        """Takes one from the user's budget, which is written when this returns; None where there is no limit.

        One that is refused changes nothing. Of all that are asked for in a window, whichever process is asked, as many
        are granted as the rate has, and no more.
        """
        rate: Rate | None = getattr(self._rates, kind)
        if rate is None:
            return None
        key = {"user_id": user_id, "kind": kind}
        while True:
            now = self._clock.now()
            async with self._database.read() as reader:
                row = await requests.budget_of(reader, user_id, kind)
            writes = WriteSet()
            fresh = {"count": 1, "begun_at": now}
            count, begun_at = (0, now) if row is None else (row["count"], row["begun_at"])
            if row is None:
                writes.insert("budget", {**key, **fresh})
            elif begun_at + rate.window <= now:
                writes.update("budget", {**key, "begun_at": begun_at}, fresh)
                count, begun_at = 0, now
            elif count >= rate.most:
                return Spent(rate.most, 0, _seconds(begun_at + rate.window - now), is_within=False)
            else:
                writes.count("budget", {**key, "begun_at": begun_at}, "count", rate.most)
            try:
                await self._database.commit(writes)
            except Conflict as conflict:
                if row is None and not isinstance(conflict, Duplicate):
                    raise  # there is no such user
                continue  # others began the window, or had the last of it: in each round somebody got on
            left = max(0, rate.most - count - 1)
            return Spent(rate.most, left, _seconds(begun_at + rate.window - now), is_within=True)


def _seconds(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))
