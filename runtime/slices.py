"""The processor for scripts, in slices: however long they compute, the event loop is never away for long."""

import asyncio
import threading
import time
from collections.abc import Callable

from tasktalk.interpreter.session import Outcome, Preempted, Session

SLICE_SECONDS = 0.002

_PARK_SECONDS = 1.0


class Slices:
    """Runs scripts in the event loop's thread, one slice at a time over all of them.

    A turn's first slice runs at once: most turns need no other. Those that need more stand in one queue.
    """

    def __init__(self) -> None:
        self.timer = Alarm(SLICE_SECONDS)
        """The timer that sessions must be made with."""
        self._queue = asyncio.Lock()

    async def run(self, session: Session, step: Callable[[], Outcome]) -> Outcome:
        """Takes `step` and goes on until the session is finished or calls out: never Preempted. Raises ScriptError."""
        outcome = step()
        while isinstance(outcome, Preempted):
            async with self._queue:
                # Sockets and timers have their turn; once is not enough for what a woken task starts in its turn.
                for _ in range(3):
                    await asyncio.sleep(0)
                outcome = session.resume(None)
        return outcome

    def stop(self) -> None:
        """Ends the thread that keeps the time."""
        self.timer.stop()


class Alarm:
    """A timer for slices: one thread for all of them, asleep while no scripts run; exact to some milliseconds."""

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
