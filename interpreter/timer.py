"""Timers that preempt a script which computes for long; for drivers that do not do that themselves."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Protocol, Self


class SliceTimer(Protocol):
    """Calls a function when a slice of a script has lasted its time; arming and disarming come in pairs."""

    def arm(self, ring: Callable[[], None]) -> None:
        """Begins a slice."""
        ...

    def disarm(self) -> None:
        """Ends it; `ring` is not called afterwards."""
        ...


class SignalTimer:
    """A timer of the operating system, exact to a millisecond at 1 µs a slice. Main thread only; a context manager."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ring: Callable[[], None] | None = None
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGALRM, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.disarm()
        signal.signal(signal.SIGALRM, self._before)

    def arm(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        # again and again: a ring is lost where the script is so deep that the handler has no room on the stack
        signal.setitimer(signal.ITIMER_REAL, self._seconds, self._seconds)

    def disarm(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._ring = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._ring is not None:
            self._ring()


class ThreadTimer:
    """A timer for where there are no signals: a thread for each slice, some 10 ms late under load."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None

    def arm(self, ring: Callable[[], None]) -> None:
        self._timer = threading.Timer(self._seconds, ring)
        self._timer.daemon = True
        self._timer.start()

    def disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
