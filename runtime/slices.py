"""The processor for scripts, in slices: however long they compute, the event loop is never away for long."""

import asyncio
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from tasktalk.interpreter.session import Outcome, Preempted, Session
from tasktalk.interpreter.timer import SignalTimer

SLICE_SECONDS = 0.001
"""By how much scripts may make everything else late. Between two slices 80 µs pass, so shorter ones cost speed."""

_PARK_SECONDS = 1.0
_MOST_WOKEN = 16
"""How many of those in line are woken for one round, at most: more than have time in it cost, fewer let it pass
unused."""
_REMEMBERED = 16  # slices: how long one usually is


class Slices:
    """Runs scripts in the event loop's thread, one slice at a time over all of them.

    A turn's first slice runs at once: most turns need no other. Those that need more stand in one queue. However many
    turns begin together, one round of the event loop has about one slice's time for all of them.
    """

    def __init__(self) -> None:
        self.timer: SignalTimer | Alarm
        """The timer that sessions must be made with."""
        self.timer = SignalTimer(SLICE_SECONDS) if SignalTimer.is_possible() else Alarm(SLICE_SECONDS)
        self._queue = asyncio.Lock()
        self._used_seconds = 0.0  # by scripts, in this round of the event loop
        self._usual_seconds = SLICE_SECONDS  # what a slice takes
        self._is_reset_planned = False
        self._line: list[tuple[int, asyncio.Future[None]]] = []  # a heap of the turns for which there was no time left
        self._tickets = count()

    async def run(self, session: Session, step: Callable[[], Outcome], lasts: Callable[[], None]) -> Outcome:
        """Takes `step` and goes on until the session is finished or calls out: never Preempted. Raises ScriptError.

        `lasts` is called once one slice was not enough.
        """
        if self._is_round_full:
            await self._stand_in_line()
        outcome = self._slice(step)
        if isinstance(outcome, Preempted):
            lasts()
        while isinstance(outcome, Preempted):
            async with self._queue:
                # Sockets and timers have their turn; once is not enough for what a woken task starts in its turn.
                for _ in range(3):
                    await asyncio.sleep(0)
                if self._is_round_full:
                    await self._stand_in_line()
                outcome = self._slice(session.resume)
        return outcome

    @property
    def _is_round_full(self) -> bool:
        """Whether this round of the event loop has no time left, or others who wait for some."""
        return bool(self._line) or self._used_seconds >= SLICE_SECONDS

    def _slice(self, step: Callable[[], Outcome]) -> Outcome:
        started = time.perf_counter()
        try:
            return step()
        finally:
            took = time.perf_counter() - started
            self._used_seconds += took
            self._usual_seconds += (took - self._usual_seconds) / _REMEMBERED
            self._plan_reset()

    async def _stand_in_line(self) -> None:
        """Waits for a round that has time left. Whoever came first goes first."""
        ticket = next(self._tickets)
        while True:
            turn = asyncio.get_running_loop().create_future()
            heappush(self._line, (ticket, turn))
            self._plan_reset()
            await turn
            if self._used_seconds < SLICE_SECONDS:
                return

    def _plan_reset(self) -> None:
        if not self._is_reset_planned:
            self._is_reset_planned = True
            asyncio.get_running_loop().call_soon(self._begin_round)

    def _begin_round(self) -> None:
        self._is_reset_planned = False
        self._used_seconds = 0.0
        woken, most = 0, 1 + int(SLICE_SECONDS / max(self._usual_seconds, SLICE_SECONDS / _MOST_WOKEN))
        while self._line and woken < most:
            _, turn = heappop(self._line)
            if not turn.done():  # else whoever stood there was cancelled
                turn.set_result(None)
                woken += 1
        if self._line:
            self._plan_reset()

    def stop(self) -> None:
        """Ends the thread that keeps the time, if there is one."""
        self.timer.stop()


class Alarm:
    """A timer for where there are no signals: one thread, asleep while no scripts run.

    It is some milliseconds late: a thread that wakes waits for as long as Python lets the one that computes go on.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ring: Callable[[], None] | None = None
        self._due = 0.0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_stopped = False
        self._thread: threading.Thread | None = None

    def arm(self, ring: Callable[[], None]) -> None:
        """Calls `ring` when a slice has lasted its time, from another thread."""
        self._due = time.perf_counter() + self._seconds
        self._ring = ring
        if not self._wake.is_set():
            self._wake.set()
        if self._thread is None and not self._is_stopped:
            self._thread = threading.Thread(target=self._watch, name="tasktalk-slices", daemon=True)
            self._thread.start()

    def disarm(self) -> None:
        """`ring` is not called any more."""
        with self._lock:
            self._ring = None

    def stop(self) -> None:
        """Ends the thread."""
        self._is_stopped = True
        self._wake.set()
        if self._thread:
            self._thread.join()

    def _watch(self) -> None:
        while not self._is_stopped:
            self._wake.wait()
            time.sleep(self._seconds / 2)
            with self._lock:
                if self._ring is not None and time.perf_counter() >= self._due:
                    self._ring()
                    self._ring = None
                elif self._ring is None and time.perf_counter() > self._due + _PARK_SECONDS:
                    self._wake.clear()
            if self._ring is not None:  # set while the thread made up its mind to sleep
                self._wake.set()
