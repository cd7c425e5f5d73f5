"""Programs as bytes: they run and suspend as the ones that were compiled, and can name no more than those."""

import dis
from collections.abc import Iterator
from types import CodeType

import pytest

from tasktalk.interpreter import image
from tasktalk.interpreter.compiler.procedures import STATE_NAMES
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.interpreter.session import Finished, Pending, Session
from tests.interpreter.suspending import Folder, World, hear, reloaded, run, talk
from tests.interpreter.test_programs import PROGRAMS, title

CHAT = """
SUB ask()
  TRY
    HEAR answer
    TALK 1 / (answer - 1)
  CATCH e
    TALK e.code & e.line
  END TRY
END SUB
FOR i = 1 TO 2
  CALL ask()
NEXT
RETURN i
"""


def cached(program: Program, keywords: Keywords) -> Program:
    key = image.key(program.source, keywords, program.name, [])
    found = image.load(image.dump(program, key), key, program.source, keywords, program.name, [])
    assert found is not None
    return found


def test_a_session_goes_on_in_a_program_out_of_the_cache() -> None:
    folder = Folder({"start.bas": CHAT})
    session = Session(folder.by_name("start.bas"), World(), folder)
    outcome = session.start()
    for answer in (1, 3):
        assert isinstance(outcome, Pending)
        outcome.call.close()
        world, again = World(), reloaded(folder)
        session = Session.load(session.dump(), world, again)
        outcome = session.resume(answer)
        assert world.said == (["division-by-zero5"] if answer == 1 else ["0.5"])
    assert outcome == Finished(3)


def test_an_error_has_its_place() -> None:
    program = reloaded(Folder({"start.bas": "TALK 1\nTALK 1 / 0\n"}))
    ended = run(program).ended
    assert ended[:2] == ("ERROR", "division-by-zero")
    assert str(ended[3]) == "Span(line=2, column=6, end_line=2, end_column=11)"


@keyword("SHOUT <words>")
def shout(world: World, words: str) -> None:
    """Says it loudly."""


def test_keywords_that_come_later_change_nothing() -> None:
    keywords = Keywords([talk, hear])
    program = cached(compile_script("shout = 1\nHEAR answer\nTALK shout + answer\n", keywords), keywords)
    keywords.add(shout)
    world = World()
    session = Session(program, world, Folder({}))
    outcome = session.start()
    assert isinstance(outcome, Pending)
    outcome.call.close()
    assert session.resume(2) == Finished(None)
    assert world.said == ["3"]


def test_what_takes_unknown_commands_is_found_again() -> None:
    @keyword("OTHER COMMAND <phrase>, <arguments>, <clauses>")
    def other(world: World, phrase: str, arguments: list[str], clauses: dict[str, str]) -> None:
        """Says it."""
        world.said.append(phrase)

    keywords = Keywords([], otherwise=other)
    program = cached(compile_script('FROBNICATE "x"\n', keywords), keywords)
    world = World()
    assert Session(program, world, Folder({})).start() == Finished(None)
    assert world.said == ["FROBNICATE"]


def test_bytes_under_another_key_are_not_read() -> None:
    keywords = Keywords([talk])
    program = compile_script("TALK 1\n", keywords)
    key = image.key(program.source, keywords, program.name, [])
    other = image.key("TALK 2\n", keywords, program.name, [])
    data = image.dump(program, key)
    assert image.load(data, key, program.source, keywords, program.name, []) is not None
    assert image.load(data, other, "TALK 2\n", keywords, program.name, []) is None


def codes(program: Program) -> Iterator[CodeType]:
    """All code of a program, twins and tails too, with what is inside of it."""
    for procedure in program.procedures.values():
        yield procedure.code.python
        yield procedure.counting().python
        for counts in (False, True):
            for number in procedure.kept.live:
                yield procedure.twin(number, counts=counts).python
            yield procedure.tail(counts=counts).python


GLOBALS = {"LOAD_GLOBAL", "LOAD_NAME"}
NAMED = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_METHOD", "IMPORT_NAME", "IMPORT_FROM", "STORE_GLOBAL",
         "STORE_NAME", "STORE_ATTR", "DELETE_ATTR", "DELETE_GLOBAL", "DELETE_NAME"}  # fmt: skip


@pytest.mark.parametrize("source", PROGRAMS, ids=title)
def test_its_code_names_nothing_but_the_closed_table(source: str) -> None:
    program = reloaded(Folder({"start.bas": source})).by_name("start.bas")
    known = program.globals["__builtins__"]
    assert isinstance(known, dict)
    for code in codes(program):
        assert not any(isinstance(constant, CodeType) for constant in code.co_consts)
        for instruction in dis.get_instructions(code):
            assert instruction.opname not in NAMED - GLOBALS, instruction
            if instruction.opname in GLOBALS:
                name = instruction.argval
                is_ours = name in {"_err", "_TEXT", "_ENTRIES"} or name.startswith(("v_", *STATE_NAMES))
                assert is_ours or name in known, name


def test_code_that_was_compiled_again_is_the_same() -> None:
    first = Folder({"start.bas": CHAT})
    for one, other in zip(
        codes(first.programs["start.bas"]), codes(reloaded(first).programs["start.bas"]), strict=True
    ):
        assert (one.co_code, one.co_consts[:-1]) == (other.co_code, other.co_consts[:-1])
