"""Stored states that something has damaged: each is refused with StateError, or runs on, at most to a script error."""

import hashlib
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tasktalk.interpreter import state
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.session import Finished, Pending, Preempted, Session
from tasktalk.interpreter.state import StateError, mentioned
from tests.interpreter.suspending import Folder, World

SOURCE = """
SUB ask(question)
  FOR EACH item IN [1, 2, 3]
    HEAR answer
    TALK question, item, answer
  NEXT
END SUB
total = 9223372036854775807
total = total + 1
when = NOW()
r = {a: [1, 2.5], self: NULL}
r.self = r
id = FIND(1)
FOR i = 0 TO 1 STEP 0.5
  FOR n = 1 TO 3
    CALL ask("name?")
    TALK total, when, r.a, id, i, n
  NEXT
NEXT
"""
HOSTILE: list[Any] = [
    None, True, -1, 10**30, 1e308, "", "x", "\ud800", [], {}, [0], [-1], [10**9], ["date", 7], ["date", "soon"],
    ["int", "zz"], ["float", "much"], ["L"], ["H"], ["R", "k"], ["each", [0], "x"], ["each", [0], 10**30],
    ["range", 0, 10**30, 0], ["steps", 0, 1], "ask", {"a": 1}, [[[[]]]],
]  # fmt: skip


def waiting() -> tuple[bytes, Folder]:
    folder = Folder({"start.bas": SOURCE})
    session = Session(folder.by_name("start.bas"), World(), folder)
    outcome = session.start()
    assert isinstance(outcome, Pending)
    outcome.call.close()
    return session.dump(), folder


def take(data: Any, folder: Folder) -> str:
    """What came of a state: every way but a known error is an exception of its own."""
    try:
        session = Session.load(data, World(), folder)
    except StateError:
        return "refused"
    session.preempt()
    try:
        outcome = session.resume("yes")
    except ScriptError:
        return "failed"
    if isinstance(outcome, Pending):
        outcome.call.close()
    assert isinstance(outcome, Finished | Pending | Preempted)
    return "went on"


def places(whole: Any) -> Iterator[tuple[list[Any], int]]:
    """Every place of the JSON: its list, and the number in there."""
    for number, item in enumerate(whole):
        yield whole, number
        if type(item) is list:
            yield from places(item)


def test_whatever_stands_in_whatever_place() -> None:
    data, folder = waiting()
    seen = set()
    for number, (_, _) in enumerate(places(json.loads(data))):
        for hostile in HOSTILE:
            whole = json.loads(data)
            holder, index = list(places(whole))[number]
            holder[index] = hostile
            seen.add(take(json.dumps(whole).encode(), folder))
        whole = json.loads(data)
        holder, index = list(places(whole))[number]
        del holder[index]
        seen.add(take(json.dumps(whole).encode(), folder))
    assert seen == {"refused", "failed", "went on"}


def test_every_beginning_of_a_state_is_refused() -> None:
    data, folder = waiting()
    assert {take(data[:size], folder) for size in range(len(data))} == {"refused"}


def test_bytes_that_changed_on_the_disk() -> None:
    data, folder = waiting()
    chance = Random(4)
    seen = set()
    for _ in range(2000):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        seen.add(take(bytes(changed), folder))
    assert "refused" in seen
    assert {take(chance.randbytes(size), folder) for size in range(200)} == {"refused"}


@pytest.mark.parametrize(
    "data",
    [
        None,
        "[1, 2]",
        b"[" * 10_000_000,
        b'{"a":' * 1_000_000,
        b"[1,2," + b"9" * 5_000 + b"]",
        b"\x00" * 1_000_000,
    ],
    ids=["nothing", "text", "brackets", "braces", "digits", "zeros"],
)
def test_hostile_sizes_and_kinds(data: Any) -> None:
    _, folder = waiting()
    assert take(data, folder) == "refused"


def test_more_than_any_limit_allows_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    data, folder = waiting()
    monkeypatch.setattr(state, "_MOST_BYTES", len(data))
    assert take(data, folder) == "went on"
    assert take(data + b" ", folder) == "refused"


def test_a_program_that_is_no_hash_is_asked_for_nowhere() -> None:
    class Asked(Folder):
        def by_id(self, program_id: str) -> Any:
            raise AssertionError(program_id)

    data, _ = waiting()
    whole = json.loads(data)
    for name in (7, "x\x00y", "../start.bas", "A" * 32, "a" * 48, "a" * 65, ["a"]):
        whole[2][0][0] = name
        with pytest.raises(StateError, match="the state is damaged"):
            Session.load(json.dumps(whole).encode(), World(), Asked({}))


def test_an_older_state_has_the_whole_hash_of_its_program() -> None:
    data, folder = waiting()
    [program] = {program.id for program in folder.programs.values()} & mentioned(data)
    older = data.replace(program.encode(), hashlib.sha256(SOURCE.encode()).hexdigest().encode())
    assert len(older) == len(data) + 32
    assert program in mentioned(older)
    assert take(older, folder) == "went on"


@pytest.mark.parametrize(("place", "form"), [(0, 0), (0, 2), (1, 1), (1, 99)])
def test_another_version_says_what_to_do(place: int, form: int) -> None:
    data, folder = waiting()
    whole = json.loads(data)
    whole[place] = form
    with pytest.raises(StateError, match=f"{form}.*; this version reads format") as caught:
        Session.load(json.dumps(whole).encode(), World(), folder)
    assert caught.value.hint is not None
    assert "serve the bots with the version of TaskTalk that wrote it" in caught.value.hint
