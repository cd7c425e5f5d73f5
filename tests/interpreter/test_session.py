"""The session as its drivers use it."""

import gc
import weakref
from typing import Any

import pytest

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import compile_script
from tasktalk.interpreter.session import Finished, Pending, Preempted, Session, on_big_stack
from tests.interpreter.suspending import Folder, World, answered, difference, run


def session_of(source: str, **options: Any) -> Session:
    folder = Folder({"start.bas": source})
    return Session(folder.by_name("start.bas"), World(), folder, **options)


def pending(session: Session) -> Pending:
    outcome = session.start()
    assert isinstance(outcome, Pending)
    outcome.call.close()
    return outcome


def test_the_result_of_a_script() -> None:
    assert session_of("RETURN 1 + 1\n").start() == Finished(2)
    assert session_of("x = 1\n").start() == Finished(None)
    assert session_of("END\n").start() == Finished(None)


def test_arguments() -> None:
    assert session_of("RETURN args[1]\n").start(["a", "b"]) == Finished("b")
    assert session_of("RETURN 1\n").start(["a"]) == Finished(1)


def test_pending_says_who_waits() -> None:
    assert pending(session_of("x = 1\nHEAR answer\n")).keyword.phrase == "HEAR"


def test_resume_gives_the_value() -> None:
    session = session_of('HEAR answer\nRETURN "<" & answer & ">"\n')
    pending(session)
    assert session.resume("yes") == Finished("<yes>")


def test_throw_raises_where_the_script_waits() -> None:
    source = "TRY\n  HEAR answer\nCATCH e\n  RETURN e.code & e.message & e.line & e.keyword\nEND TRY\n"
    session = session_of(source)
    pending(session)
    assert session.throw(Refused("late", " too late ")) == Finished("late too late 2HEAR")
    session = session_of(source)
    pending(session)
    assert session.throw(ScriptError("own", " mine ")) == Finished("own mine 2HEAR")


def test_an_error_that_nobody_catches_leaves_with_its_place() -> None:
    session = session_of("WAIT 1\nHEAR answer\n")
    pending(session)
    outcome = session.resume()
    assert isinstance(outcome, Pending)
    outcome.call.close()
    with pytest.raises(ScriptError) as caught:
        session.throw(Refused("late", "too late"))
    assert (caught.value.code, caught.value.span and caught.value.span.line) == ("late", 2)
    assert (caught.value.script, caught.value.keyword) == ("start.bas", "HEAR")


def test_a_fault_of_ours_is_internal_and_keeps_its_cause() -> None:
    with pytest.raises(ScriptError) as caught:
        session_of("BREAK DOWN\n").start()
    assert caught.value.code == "internal"
    assert isinstance(caught.value.__cause__, KeyError)
    session = session_of("HEAR answer\n")
    pending(session)
    with pytest.raises(ScriptError) as caught:
        session.throw(KeyError("ours"))
    assert caught.value.code == "internal"
    assert isinstance(caught.value.__cause__, KeyError)


@keyword("GET COUNT", returns="integer", bare=True)
def get_count(world: World) -> str:
    """Declares one thing and gives another."""
    return "many"


@keyword("AWAIT COUNT", returns="integer", bare=True)
async def await_count(world: World) -> str:
    """The same, later."""
    return "many"


def start_and_answer(session: Session) -> None:
    outcome = session.start()
    assert isinstance(outcome, Pending)
    answered(session, outcome)


@pytest.mark.parametrize("phrase", ["GET COUNT", "AWAIT COUNT"])
def test_a_keyword_that_breaks_its_declaration_is_internal(phrase: str) -> None:
    program = compile_script(f"x = {phrase}\nRETURN x + 1\n", Keywords([get_count, await_count]))
    session = Session(program, World(), Folder({}))
    with pytest.raises(ScriptError) as caught:
        start_and_answer(session)
    assert caught.value.code == "internal"
    assert caught.value.span is not None


def test_preempted() -> None:
    session = session_of("FOR i = 1 TO 3\n  x = i\nNEXT\nRETURN x\n")
    session.preempt()
    assert session.start() == Preempted()
    assert session.resume() == Finished(3)


def test_a_new_turn_has_a_new_host() -> None:
    session = session_of('TALK "a"\nHEAR q\nTALK "b"\n')
    pending(session)
    first, second = session.host, World()
    session.begin_turn(second)
    session.resume("x")
    assert isinstance(first, World)
    assert (first.said, second.said) == (["a"], ["b"])


def test_an_ended_session_waits_for_nothing() -> None:
    session = session_of("x = 1\n")
    session.start()
    with pytest.raises(RuntimeError):
        session.resume()
    with pytest.raises(RuntimeError):
        session.throw(Refused("a", "b"))


def test_scripts_that_call_scripts() -> None:
    sources = {
        "start.bas": 'x = CALL "ask.bas", "hi"\nTALK x\nHEAR q\ny = CALL "ask.bas", "again"\nTALK y + q\n',
        "ask.bas": (
            "SUB inner()\n  n = n + 1\n  HEAR a\n  TALK args[0] + a + n\nEND SUB\nn = 0\nCALL inner()\nCALL inner()\n"
            'z = CALL "leaf.bas", n\nRETURN z\n'
        ),
        "leaf.bas": 'HEAR q\nTALK "leaf " + q + args[0]\nRETURN q\n',
    }
    expected = ["hiw11", "hiw22", "leaf w32", "w3", "againw51", "againw62", "leaf w72", "w7w4"]
    assert run(Folder(sources)).said == expected
    assert difference(sources) is None


def test_end_ends_the_script_that_says_it() -> None:
    sources = {
        "start.bas": 'x = CALL "other.bas"\nTALK "back ", x IS NULL\n',
        "other.bas": 'SUB deep()\n  WAIT 1\n  END\nEND SUB\nTALK "in"\nCALL deep()\nTALK "never"\n',
    }
    assert run(Folder(sources)).said == ["in", "back true"]
    assert difference(sources) is None


def test_a_session_notices_a_big_stack() -> None:
    session = session_of("RETURN 1 + 1\n")
    assert on_big_stack(lambda: session.start() == Finished(2)) is True


def test_a_session_that_is_dropped_is_gone_at_once() -> None:
    """One comes and goes with every turn: Python's search for cycles would cost more than the turn."""
    folder = Folder({"start.bas": 'x = CALL "ask.bas"\n', "ask.bas": "SUB ask()\n  HEAR a\nEND SUB\nask\nask\n"})
    session = Session(folder.by_name("start.bas"), World(), folder)
    pending(session)
    data = session.dump()
    gc.collect()
    gc.disable()
    try:
        session = Session.load(data, World(), folder)
        outcome = session.resume("x")
        assert isinstance(outcome, Pending)
        outcome.call.close()
        dropped = weakref.ref(session), weakref.ref(session.main)
        del session, outcome
        assert [reference() for reference in dropped] == [None, None]
    finally:
        gc.enable()
