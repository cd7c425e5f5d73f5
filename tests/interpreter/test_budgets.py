"""The budgets of a turn: statements, computing and memory. Each ends a script that nothing else would end."""

import pytest

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.limits import Limits
from tasktalk.interpreter.session import Finished, Pending, Session
from tasktalk.interpreter.timer import SignalTimer, ThreadTimer
from tests.interpreter.suspending import LONG_SECONDS, Folder, World
from tests.interpreter.test_limits import ENDLESS, run_on

FEW = Limits(statements=5000)


def session_of(source: str, limits: Limits, *, infer: bool = True, timer: SignalTimer | None = None) -> Session:
    folder = Folder({"start.bas": source}, infer=infer, limits=limits)
    return Session(folder.by_name("start.bas"), World(), folder, timer=timer)


def over(source: str, limits: Limits, *, infer: bool = True) -> ScriptError:
    with SignalTimer(0.001) as timer:
        session = session_of(source, limits, infer=infer, timer=timer)
        with pytest.raises(ScriptError) as caught:
            run_on(session, session.start())
    return caught.value


@pytest.mark.parametrize("source", ENDLESS)
@pytest.mark.parametrize("infer", [True, False])
def test_statements_end_every_kind_of_loop(source: str, infer: bool) -> None:
    error = over(source, FEW, infer=infer)
    assert (error.code, error.message) == ("limit", "this turn has run more than 5,000 statements")


def test_statements_cannot_be_caught() -> None:
    error = over("TRY\n  WHILE TRUE\n    x = 1\n  WEND\nCATCH e\n  TALK e.code\nEND TRY\n", FEW)
    assert (error.code, error.span and error.span.line, error.script) == ("limit", 2, "start.bas")
    assert error.hint is not None
    assert "raise the limit 'statements'" in error.hint


def counted(source: str) -> int:
    """How many statements a script runs, as code that counts sees it."""
    session = session_of(source, Limits())
    session.spent_seconds = LONG_SECONDS
    assert isinstance(session.start(), Finished)
    count: int = session.cells["_C"].cell_contents
    return count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("", 0),
        ("x = 1\ny = 2\n", 2),
        ("IF x = 1 THEN\n  y = 1\n  y = 2\nELSE\n  y = 3\nEND IF\n", 2),
        ("FOR i = 1 TO 10\nNEXT\n", 11),
        ("FOR i = 1 TO 10\n  x = i\nNEXT\n", 21),
        ("FOR EACH x IN [1, 2, 3]\n  y = x\n  z = x\nNEXT\n", 10),
        ("WHILE n < 5\n  n = n + 1\nWEND\n", 11),
        ("DO\n  n = n + 1\nLOOP UNTIL n = 5\n", 11),
        ("SUB a()\n  x = 1\nEND SUB\nCALL a()\nCALL a()\n", 4),
        ("again:\nn = n + 1\nIF n < 5 THEN GOTO again\n", 20),
        ("TRY\n  x = 1\n  THROW 2\nCATCH e\n  y = 1\nEND TRY\n", 4),
    ],
)
def test_what_counts_as_a_statement(source: str, count: int) -> None:
    assert counted(source) == count


def test_the_first_of_a_turns_computing_is_not_counted() -> None:
    session = session_of("FOR i = 1 TO 10000\nNEXT\n", FEW)
    assert isinstance(session.start(), Finished)
    assert not session.counts


def test_what_is_counted_begins_anew_with_each_turn() -> None:
    source = "FOR n = 1 TO 3\n  FOR i = 1 TO 2000\n  NEXT\n  HEAR q\nNEXT\n"
    session = session_of(source, FEW)
    session.spent_seconds = LONG_SECONDS
    outcome = session.start()
    for _ in range(3):
        assert isinstance(outcome, Pending)
        outcome.call.close()
        session.begin_turn(World())
        assert (session.counts, session.spent_seconds) == (False, 0.0)
        session.spent_seconds = LONG_SECONDS
        outcome = session.resume("")
    assert isinstance(outcome, Finished)


def test_a_script_that_is_called_counts_too() -> None:
    other = "SUB a()\n  CALL b()\nEND SUB\nSUB b()\nEND SUB\nWHILE TRUE\n  CALL a()\nWEND\n"
    folder = Folder({"start.bas": 'CALL "other.bas"\n', "other.bas": other}, limits=FEW)
    with SignalTimer(0.001) as timer:
        session = Session(folder.by_name("start.bas"), World(), folder, timer=timer)
        session.spent_seconds = LONG_SECONDS
        with pytest.raises(ScriptError) as caught:
            run_on(session, session.start())
    assert (caught.value.code, caught.value.script) == ("limit", "other.bas")


def test_a_loop_of_keywords_that_are_awaited_ends_too() -> None:
    """Each of them takes the script off its stack, so that no slice ever lasts as long as one may."""
    session = session_of("WHILE TRUE\n  x = FETCH 1\nWEND\n", FEW)
    session.spent_seconds = LONG_SECONDS
    with pytest.raises(ScriptError) as caught:
        run_on(session, session.start())
    assert (caught.value.code, caught.value.span and caught.value.span.line) == ("limit", 2)


def test_a_loop_of_keywords_that_are_awaited_ends_by_time() -> None:
    session = session_of("WHILE TRUE\n  x = FETCH 1\nWEND\n", Limits(seconds=0.01))
    with pytest.raises(ScriptError) as caught:
        run_on(session, session.start())
    assert caught.value.code == "out-of-time"


def test_computing_cannot_be_caught() -> None:
    error = over("TRY\n  WHILE TRUE\n    x = 1\n  WEND\nCATCH e\n  TALK e.code\nEND TRY\n", Limits(seconds=0.02))
    assert (error.code, error.span and error.span.line, error.script) == ("out-of-time", 2, "start.bas")
    assert error.message == "this turn has computed for more than 0.02 seconds"


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("source", ENDLESS)
def test_computing_ends_every_kind_of_loop(source: str, infer: bool) -> None:
    assert over(source, Limits(seconds=0.02), infer=infer).code == "out-of-time"


def test_computing_by_a_thread() -> None:
    folder = Folder({"start.bas": "WHILE TRUE\nWEND\n"}, limits=Limits(seconds=0.02))
    session = Session(folder.by_name("start.bas"), World(), folder, timer=ThreadTimer(0.005))
    with pytest.raises(ScriptError) as caught:
        run_on(session, session.start())
    assert caught.value.code == "out-of-time"


def test_memory() -> None:
    source = 'a = []\nWHILE TRUE\n  a.push(REPEAT("x", 100000) & LEN(a))\nWEND\n'
    error = over(source, Limits(memory=20 << 20))
    assert (error.code, error.message) == ("memory", "the script needs more than 20 MiB of memory")


def test_a_session_can_be_resumed_from_before_the_turn_that_failed() -> None:
    source = "HEAR n\nFOR i = 1 TO n\nNEXT\nTALK n\n"
    folder = Folder({"start.bas": source}, limits=FEW)
    session = Session(folder.by_name("start.bas"), World(), folder)
    waiting = session.start()
    assert isinstance(waiting, Pending)
    waiting.call.close()
    stored = session.dump()
    with SignalTimer(0.001) as timer:
        session = Session.load(stored, World(), folder, timer=timer)
        session.spent_seconds = LONG_SECONDS
        with pytest.raises(ScriptError):
            run_on(session, session.resume(10**9))
    world = World()
    assert isinstance(Session.load(stored, world, folder).resume(3), Finished)
    assert world.said == ["3"]
