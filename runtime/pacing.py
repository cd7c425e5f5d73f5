"""How fast messages go out in a channel: as many in a second as its provider takes, which need not refuse any then.

What comes beyond that has a moment of its own, so each waits once, and nothing is asked again and again. Each process
counts for itself.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.recent import Recent

_MOST_WAITING: Final = 100_000


class Pacing:
    """The moments that are taken, of all channels."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, deque[datetime]] = {}  # by channel: the latest, as many as may be in one second
        self._own: Recent[tuple[str, str], datetime] = Recent(_MOST_WAITING)  # of lines that wait, by channel and line

    def not_before(self, channel: str, per_second: float | None, line: str) -> datetime | None:
        """When the next message of a line may go out; None is now, and takes the place of one. Whoever is given a
        moment comes back then."""
        if per_second is None:
            return None
        now, own = self._clock.now(), self._own.get((channel, line))
        if own is not None and own > now:
            return own
        if own is not None:
            self._own.forget((channel, line))
            return None
        count = max(1, int(per_second))
        taken = self._taken.get(channel)
        if taken is None or taken.maxlen != count:
            taken = self._taken[channel] = deque(taken or (), maxlen=count)
        moment = now
        if len(taken) == count:
            moment = max(now, taken[0] + timedelta(seconds=count / per_second))
        taken.append(moment)
        if moment == now:
            return None
        self._own.keep((channel, line), moment)
        return moment
