"""How fast this machine is beside the one that targets in seconds were set on.

Machines differ by more than what is measured, and one machine from hour to hour; `fib24`, written in Python by hand, is
mostly what an interpreter in Python does: calls, tests and small numbers.
"""

import statistics
import time

from tests.bench.by_hand import fib24

FIB24_MILLISECONDS = 4.7
"""What fib24 took on the machine of the targets."""
_RUNS = 15


def slowness() -> float:
    """How many times as long fib24 takes here and now, in processor time: the median of some runs."""
    found = []
    for _ in range(_RUNS):
        start = time.process_time()
        fib24()
        found.append(time.process_time() - start)
    return statistics.median(found) * 1000 / FIB24_MILLISECONDS


def told(slowness: float) -> str:
    """A line that says what the figures 'there' are."""
    here = f"{slowness * FIB24_MILLISECONDS:.1f} ms here, {FIB24_MILLISECONDS} ms on the machine of the targets"
    return f"fib24 by hand takes {here}: 'there' is what is measured, by that ratio."
