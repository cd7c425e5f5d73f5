"""How often something may be done from one address: so many times in a window that begins with the first of them.

Each process counts for itself, in memory: what is refused leaves no trace.
"""

import math
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from tasktalk.runtime.budgets import Rate
from tasktalk.runtime.clock import Clock

MOST_ADDRESSES = 10_000


class PerAddress:
    """Counts one kind of thing."""

    def __init__(self, clock: Clock, rate: Rate | None) -> None:
        """Without a rate it may be done as often as one likes."""
        self._clock, self._rate = clock, rate
        self._windows: dict[str, tuple[datetime, int]] = {}  # by address, in the order in which they began

    def seconds_until_next(self, address: str) -> int:
        """0, and one more is counted for the address; or how long it has to wait."""
        if self._rate is None:
            return 0
        network, now = _network(address), self._clock.now()
        begun_at, count = self._windows.get(network, (now, 0))
        if begun_at + self._rate.window <= now:
            self._windows.pop(network)
            begun_at, count = now, 0
        if count >= self._rate.most:
            return max(1, math.ceil((begun_at + self._rate.window - now) / timedelta(seconds=1)))
        self._windows[network] = (begun_at, count + 1)
        if len(self._windows) > MOST_ADDRESSES:
            self._windows.pop(next(iter(self._windows)))
        return 0


def _network(address: str) -> str:
    """What one person has of addresses: of the sixth version of the protocol they are given whole networks."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:100]
    return str(int(known) >> 64) + "/64" if isinstance(known, IPv6Address) and not known.ipv4_mapped else str(known)
