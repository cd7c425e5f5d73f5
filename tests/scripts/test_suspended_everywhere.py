"""Every transcript again, suspended at every loop and call, its state taken through bytes each time."""

from collections.abc import Callable

import pytest

from tasktalk.bots.examples import Example
from tasktalk.bots.rehearsal import Rehearsal
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.session import Outcome, Preempted, Session
from tasktalk.runtime import engine
from tasktalk.runtime.slices import Slices
from tests.scripts.test_transcripts import EXAMPLES, KEYWORDS, name

ELSEWHERE = {"depth.bas"}  # suspended, the limit is met at the head of the SUB, and not at the call
MOST_STOPS = 2_000  # of one turn; what loops more often goes on without


class AtOnce:
    """A timer whose slices are over before they have begun."""

    def __init__(self) -> None:
        self.is_on = True

    def arm(self, ring: Callable[[], None]) -> None:
        if self.is_on:
            ring()

    def disarm(self) -> None:
        pass

    def stop(self) -> None:
        pass


class SuspendingSlices(Slices):
    """Slices of no length, between which nothing of a session is kept but its bytes. `count` is how many there were."""

    count = 0

    def __init__(self) -> None:
        super().__init__()
        self._at_once = AtOnce()
        self.timer = self._at_once  # type: ignore[assignment]

    async def run(
        self, session: Session, step: Callable[[], Outcome], lasts: Callable[[], None] | None = None
    ) -> Outcome:
        self._at_once.is_on = True
        outcome, stops = step(), 0
        while isinstance(outcome, Preempted):
            stops += 1
            self._at_once.is_on = stops < MOST_STOPS
            through_bytes(session)
            outcome = session.resume(None)
        SuspendingSlices.count += stops
        return outcome


def through_bytes(session: Session) -> None:
    """Puts what a dump of the session gives, and nothing else, into its place."""
    try:
        data = session.dump()
    except ScriptError as error:
        if error.code != "limit":  # a script that runs on may hold more than one that waits
            raise
        return
    fresh = Session.load(data, session.host, session.scripts)
    fresh.cells["_S"].cell_contents = session.cells["_S"].cell_contents
    session.main, session.frames, session.cells = fresh.main, fresh.frames, fresh.cells
    session.counts = fresh.counts


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.path.name not in ELSEWHERE], ids=name)
async def test_transcript(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsal = Rehearsal(example, KEYWORDS)
    if rehearsal.transcript.skip is not None:
        pytest.skip(rehearsal.transcript.skip)
    monkeypatch.setattr(engine, "Slices", SuspendingSlices)
    await rehearsal.play("straight")


async def test_it_suspends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Slices", SuspendingSlices)
    [loop] = [e for e in EXAMPLES if e.path.name == "in_a_loop_in_a_sub.bas"]
    before = SuspendingSlices.count
    await Rehearsal(loop, KEYWORDS).play("straight")
    assert SuspendingSlices.count - before >= 2
