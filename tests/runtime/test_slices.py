"""Slices: however many scripts compute, the event loop goes round in between."""

import asyncio
import itertools
import signal
import threading
from collections.abc import Callable
from functools import partial
from heapq import heappush

import pytest

from tasktalk.interpreter.session import Finished, Session
from tasktalk.interpreter.timer import SignalTimer
from tasktalk.runtime.slices import SLICE_SECONDS, Alarm, Slices
from tests.interpreter.suspending import Folder, World

COUNTING = "n = 0\nWHILE n < 10\n  n = n + 1\nWEND\nRETURN n\n"


class AtOnce:
    """A timer that takes a script off at its first loop."""

    def arm(self, ring: Callable[[], None]) -> None:
        ring()

    def disarm(self) -> None:
        pass

    def stop(self) -> None:
        pass


class Clock:
    """Each look at it takes a whole slice."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += SLICE_SECONDS
        return self.now


@pytest.fixture
def folder() -> Folder:
    return Folder({"start.bas": COUNTING})


@pytest.mark.parametrize("count", [1, 16])
async def test_between_two_slices_all_others_have_their_turn(
    folder: Folder, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasktalk.runtime.slices.time.perf_counter", Clock())
    running, timer = Slices(), AtOnce()
    happened: list[str] = []

    class Watched(Session):
        def preempt(self) -> None:
            happened.append("slice")
            super().preempt()

    async def others() -> None:
        while True:
            happened.append("others")
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    sessions = [Watched(folder.by_name("start.bas"), World(), folder, timer=timer) for _ in range(count)]
    lasting: list[int] = []
    outcomes = await asyncio.gather(
        *(running.run(one, one.start, partial(lasting.append, number)) for number, one in enumerate(sessions))
    )
    beside.cancel()
    running.stop()
    assert outcomes == [Finished(10)] * count
    assert sorted(lasting) == list(range(count))
    assert happened.count("slice") == 11 * count
    assert happened.count("others") >= happened.count("slice")
    in_a_row = [len(list(group)) for what, group in itertools.groupby(happened) if what == "slice"]
    assert max(in_a_row) <= 2  # the last of one round and the first of the next


async def test_short_turns_begin_together() -> None:
    """Those that take next to no time share a round of the event loop."""
    running = Slices()
    happened: list[str] = []

    async def others() -> None:
        while True:
            happened.append("others")
            await asyncio.sleep(0)

    def turn() -> Finished:
        happened.append("turn")
        return Finished(None)

    def lasts() -> None:
        happened.append("lasts")

    session = Session(Folder({"start.bas": ""}).by_name("start.bas"), World(), Folder({}))
    beside = asyncio.create_task(others())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasktalk.runtime.slices.time.perf_counter", lambda: 1.0)
        await asyncio.gather(*(running.run(session, turn, lasts) for _ in range(3)))
    beside.cancel()
    running.stop()
    assert "turn turn turn" in " ".join(happened)
    assert "lasts" not in happened


async def test_only_those_are_woken_for_whom_there_is_time() -> None:
    """Each who is woken in vain goes through the event loop once more than it has to."""
    running, now, stood = Slices(), [0.0], list[int]()

    def stands(line: list[tuple[int, object]], place: tuple[int, object]) -> None:
        stood.append(place[0])
        heappush(line, place)

    def turn() -> Finished:
        now[0] += SLICE_SECONDS / 2
        return Finished(None)

    session = Session(Folder({"start.bas": ""}).by_name("start.bas"), World(), Folder({}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasktalk.runtime.slices.time.perf_counter", lambda: now[0])
        patch.setattr("tasktalk.runtime.slices.heappush", stands)
        await asyncio.gather(*(running.run(session, turn, lambda: None) for _ in range(200)))
    running.stop()
    assert len(stood) < 2 * len(set(stood))


def test_the_timer_is_the_systems_where_it_can_be_had() -> None:
    assert isinstance(Slices().timer, SignalTimer)
    found: list[object] = []

    def elsewhere() -> None:
        running = Slices()
        found.append(running.timer)
        running.stop()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert isinstance(found[0], Alarm)


def test_a_signal_that_somebody_else_uses_is_left_alone() -> None:
    before = signal.signal(signal.SIGALRM, lambda number, frame: None)
    try:
        assert isinstance(Slices().timer, Alarm)
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("timer", [SignalTimer, Alarm])
async def test_both_timers_take_a_script_off(timer: type[SignalTimer | Alarm], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder({"start.bas": "WHILE TRUE\n  x = 1\nWEND\n"})
    running = Slices()
    running.stop()
    running.timer = timer(SLICE_SECONDS)
    endless = Session(folder.by_name("start.bas"), World(), folder, timer=running.timer)
    talk = asyncio.create_task(running.run(endless, endless.start, lambda: None))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not talk.done()
    talk.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talk
    running.stop()
