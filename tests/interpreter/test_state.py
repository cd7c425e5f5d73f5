"""Stored sessions: small, complete, and refused with a clear error where they do not fit."""

import json
from datetime import UTC, datetime

import pytest

from tasktalk.interpreter.compiler.script import COMPILER_VERSION
from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.limits import DEFAULT, Limits
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.interpreter.session import Finished, Pending, Session
from tasktalk.interpreter.state import StateError, dump_value, load_value
from tasktalk.interpreter.values import Rows, Value
from tests.interpreter.suspending import KEYWORDS, Folder, World

CHAT = (
    'SUB ask(question)\n  TALK question\n  HEAR answer\n  TALK answer\nEND SUB\nCALL ask("name?")\nCALL ask("age?")\n'
)


NUMBERED = """x = 2.5
TALK INT(x), "."
TALK INT(x), "."
FOR EACH z IN [1]
NEXT
FOR EACH z IN [1]
NEXT
FOR EACH a IN ["a1", "a2"]
  FOR EACH b IN ["b1", "b2", "b3"]
    HEAR r
    TALK a, b, r
  NEXT
NEXT
"""
STATE_OF_NUMBERED = (  # made by the first version with this COMPILER_VERSION; made anew when that rises
    b'[1,3,[["281bf20551d4d1a5d47c71c12628796b","52e39efd"]],[[0,"MAIN",5,[0],[1],"a1","b1"]],'
    b'[["each",[2],1],["each",[3],1],["L","a1","a2"],["L","b1","b2","b3"]]]'
)


def waiting(source: str, limits: Limits = DEFAULT) -> tuple[Session, Folder]:
    folder = Folder({"start.bas": source}, limits=limits)
    session = Session(folder.by_name("start.bas"), World(), folder)
    outcome = session.start()
    assert isinstance(outcome, Pending)
    outcome.call.close()
    return session, folder


def test_a_chat_is_small() -> None:
    session, _ = waiting(CHAT)
    assert len(session.dump()) < 200


def test_what_is_not_needed_any_more_is_not_kept() -> None:
    session, _ = waiting('big = REPEAT("x", 10000)\nsmall = LEN(big)\nHEAR a\nTALK small\n')
    assert len(session.dump()) < 200


def test_every_kind_of_value_comes_back() -> None:
    source = (
        'a = [1, 2.5, TRUE, NULL, "ä\\u0001", NOW(), FIND(1), {k: "v"}]\nb = a\nr = {self: NULL}\nr.self = r\n'
        "big = 9223372036854775807\nbig = big + 10\nn = 1e308\nn = n * 10\nHEAR q\nb.push(r)\n"
        "RETURN [a, r.self.self = r, big, n > 1, TYPEOF(a[5]), a[6].name]\n"
    )
    session, folder = waiting(source)
    again = Session.load(session.dump(), World(), folder)
    outcome = again.resume("x")
    assert isinstance(outcome, Finished)
    assert isinstance(outcome.value, list)
    items, *rest = outcome.value
    assert isinstance(items, list)
    assert items[:5] == [1, 2.5, True, None, "ä\u0001"]
    assert isinstance(items[5], datetime)
    assert len(items) == 9
    assert rest == [True, 9223372036854775817, True, "date", "n0"]


def test_a_lone_surrogate_is_kept() -> None:
    session, folder = waiting("HEAR x\nHEAR q\nRETURN x\n")
    outcome = session.resume("\ud800")
    assert isinstance(outcome, Pending)
    outcome.call.close()
    assert Session.load(session.dump(), World(), folder).resume("") == Finished("\ud800")


def test_an_iterator_that_has_ended_stays_so() -> None:
    session, folder = waiting("items = [1]\nFOR EACH x IN items\n  y = x\nNEXT\nHEAR q\nitems.push(2)\nRETURN y\n")
    assert Session.load(session.dump(), World(), folder).resume("") == Finished(1)


def changed(data: bytes, place: int, value: object) -> bytes:
    whole = json.loads(data)
    whole[place] = value
    return json.dumps(whole).encode()


def test_another_format_is_refused() -> None:
    session, folder = waiting(CHAT)
    with pytest.raises(StateError, match=f"format 99 of compiler {COMPILER_VERSION}"):
        Session.load(changed(session.dump(), 0, 99), World(), folder)


def test_another_compiler_is_refused() -> None:
    session, folder = waiting(CHAT)
    with pytest.raises(StateError, match="format 1 of compiler 99"):
        Session.load(changed(session.dump(), 1, 99), World(), folder)


def test_a_state_of_an_earlier_version_goes_on_where_it_was() -> None:
    """What a state holds has no names but the order in which the compiler numbers what it makes."""
    _, folder = waiting(NUMBERED)
    session, world = Session.load(STATE_OF_NUMBERED, World(), folder), World()
    for _ in range(2):
        session = Session.load(session.dump(), world, folder)
        outcome = session.resume("!")
        assert isinstance(outcome, Pending)
        outcome.call.close()
    assert world.said == ["a1b1!", "a1b2!"]


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"\xff", b'[1,1,[["x","y"]],[]]', b"[1,1,[],[],[]]"])
def test_no_state_at_all(data: bytes) -> None:
    with pytest.raises(StateError):
        Session.load(data, World(), Folder({}))


def test_keywords_that_suspend_elsewhere_make_a_state_unfit() -> None:
    @keyword("TALK <items>...")
    async def slow_talk(world: World, items: object) -> None:
        """Says it later."""

    session, _ = waiting(CHAT)
    keywords = Keywords([slow_talk, *(k for k in KEYWORDS if k.phrase != "TALK")])

    class Changed(Folder):
        def by_id(self, program_id: str) -> Program:
            return compile_script(CHAT, keywords)

    with pytest.raises(StateError, match=r"does not fit to start\.bas"):
        Session.load(session.dump(), World(), Changed({}))


def test_a_script_that_is_gone() -> None:
    session, _ = waiting(CHAT)
    with pytest.raises(StateError, match="that script is gone") as caught:
        Session.load(session.dump(), World(), Folder({}))
    assert isinstance(caught.value.__cause__, Refused)


def test_too_much_to_keep_names_the_place() -> None:
    source = 'items = []\nFOR i = 1 TO 30000\n  items.push("ten letters")\nNEXT\nHEAR q\nTALK items\n'
    session, _ = waiting(source)
    with pytest.raises(ScriptError) as caught:
        session.dump()
    assert caught.value.code == "limit"
    assert caught.value.span is not None
    assert caught.value.span.line == 5


def test_many_values_are_counted_before_they_are_written() -> None:
    session, _ = waiting("items = RANGE(1, 300)\nHEAR q\nTALK items\n", limits=Limits(state=1024))
    with pytest.raises(ScriptError, match="more than 195 values"):
        session.dump()


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        1.5,
        "text \ud800",
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        [1, [2, {"a": None}]],
        Rows([{"a": 1}]),
        {"b": 1, "a": [datetime(2026, 1, 5, tzinfo=UTC)]},
    ],
)
def test_a_value_alone_comes_back_as_it_was(value: Value) -> None:
    found = load_value(dump_value(value))
    assert (type(found), found) == (type(value), value)


def test_a_value_alone_keeps_what_it_shares_and_that_it_contains_itself() -> None:
    shared: Value = [1]
    whole: list[Value] = [shared, shared]
    whole.append(whole)
    found = load_value(dump_value(whole))
    assert isinstance(found, list)
    assert found[0] is found[1]
    assert found[2] is found


def test_a_value_alone_has_the_limit_of_a_session() -> None:
    with pytest.raises(ScriptError, match="too much"):
        dump_value("x" * (DEFAULT.state + 1))
    for damaged in (b"", b"[]", b"[9,1,[]]", b"[1,[5],[]]"):
        with pytest.raises(StateError):
            load_value(damaged)
