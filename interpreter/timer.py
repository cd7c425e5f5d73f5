"""Timers that preempt a script which computes for long; for drivers that do not do that themselves."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import ClassVar, Protocol, Self

_AGAIN = 20  # slices


class SliceTimer(Protocol):
    """Calls a function when a slice of a script has lasted its time; arming and disarming come in pairs."""

    def arm(self, ring: Callable[[], None]) -> None:
        """Begins a slice."""
        ...

    def disarm(self) -> None:
        """Ends it; `ring` is not called afterwards."""
        ...


class SignalTimer:
    """A timer of the operating system, exact to a millisecond at 1 µs a slice. A context manager.

    The process has one such timer and one signal (SIGALRM) for it, so all SignalTimers are one: made in the main
    thread, armed for one slice at a time. The signal is not given back: its default is to end the process.
    """

    _ring: ClassVar[Callable[[], None] | None] = None

    def __init__(self, seconds: float) -> None:
        """ValueError outside of the main thread."""
        self._seconds = seconds
        signal.signal(signal.SIGALRM, SignalTimer._handle)
        signal.siginterrupt(signal.SIGALRM, False)  # other threads' calls of the system go on undisturbed

    @staticmethod
    def is_possible() -> bool:
        """There is such a signal, it can be had in this thread, and nobody else in the process uses it."""
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
            return False
        return signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN, SignalTimer._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.disarm()

    def arm(self, ring: Callable[[], None]) -> None:
        SignalTimer._ring = ring
        # Again and again: a ring is lost where the script is so deep that the handler has no room on the stack. Not too
        # often: each puts a byte into asyncio's pipe, which overflows after some 280 that it could not read meanwhile.
        signal.setitimer(signal.ITIMER_REAL, self._seconds, self._seconds * _AGAIN)

    def disarm(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        SignalTimer._ring = None

    def stop(self) -> None:
        """Nothing is left to be ended."""

    @staticmethod
    def _handle(number: int, frame: FrameType | None) -> None:
        if SignalTimer._ring is not None:
            SignalTimer._ring()


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
