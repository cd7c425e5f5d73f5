"""The page on embedding is one program, and it runs; and what its host may be asked."""

import re
from pathlib import Path

import pytest

from tasktalk.interpreter import program
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import check
from tasktalk.interpreter.session import Finished, Pending, Session
from tasktalk.interpreter.values import Value
from tests.interpreter.suspending import Folder, World, talk

PAGE = Path(program.__file__).with_name("EMBEDDING.md")


def test_the_page() -> None:
    pieces = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(pieces) > 5
    exec(compile("\n".join(pieces), PAGE.name, "exec"), {})


@keyword("OTHER COMMAND <phrase>, <arguments>, <clauses>", returns="any")
def other(world: World, phrase: str, arguments: Value, clauses: Value) -> Value:
    """Takes all."""
    return [phrase, arguments, clauses]


def test_a_host_takes_unknown_commands() -> None:
    keywords = Keywords([talk], otherwise=other)
    source = 'x = BREW COFFEE "two" WITH milk, 1 OPTIONAL\nBREW TEA\nRETURN x\n'
    assert check(source, keywords) == []
    compiled = program.compile_script(source, keywords)
    assert Session(compiled, World(), Folder({})).start() == Finished(
        ["BREW COFFEE", ["two"], {"WITH": [None, 1], "OPTIONAL": True}]
    )


def test_pairs_of_an_unknown_command_are_records() -> None:
    keywords = Keywords([talk], otherwise=other)
    source = 'x = UPDATE "t" SET a = 1, b = 2\ny = SAVE "t" WITH a AS 1\nRETURN [x, y]\n'
    assert check(source, keywords) == []
    assert Session(program.compile_script(source, keywords), World(), Folder({})).start() == Finished(
        [["UPDATE", ["t"], {"SET": [{"a": 1}, {"b": 2}]}], ["SAVE", ["t"], {"WITH": [{"a": 1}]}]]
    )


def test_a_host_takes_unknown_functions_and_other_forms_of_known_ones() -> None:
    keywords = Keywords([talk], otherwise=other)
    source = 'x = frobnicate(1, 2)\ny = JOIN 1, 2, "id"\nz = READ "f"\nLOG "e", 1\nRETURN [x, y, z]\n'
    assert check(source, keywords) == []
    assert Session(program.compile_script(source, keywords), World(), Folder({})).start() == Finished(
        [["FROBNICATE", [1, 2], {}], ["JOIN", [1, 2, "id"], {}], ["READ", ["f"], {}]]
    )


def test_a_host_takes_blocks_of_text_that_nobody_has() -> None:
    taken: list[Value] = []

    @keyword("OTHER COMMAND <phrase>, <arguments>, <clauses>", returns="any")
    def keeps(world: World, phrase: str, arguments: Value, clauses: Value) -> None:
        """Keeps all."""
        taken.append([phrase, arguments, clauses])

    keywords = Keywords([talk], otherwise=keeps)
    source = 'BEGIN CARD "x" wide  \' why\n  a: 1\nEND CARD\n'
    assert check(source, keywords) == []
    Session(program.compile_script(source, keywords), World(), Folder({})).start()
    assert taken == [["BEGIN CARD", [' "x" wide\n  a: 1'], {}]]


def test_what_takes_unknown_commands_has_one_form() -> None:
    with pytest.raises(ValueError, match="OTHER COMMAND"):
        Keywords([], otherwise=talk)


@keyword("SHOW <name>", returns="any", is_open=True)
def show(world: World, name: Value) -> Value:
    """A keyword that others have, too."""
    return ["shown", name]


def test_a_host_takes_what_fits_no_form_of_an_open_keyword() -> None:
    keywords = Keywords([talk, show], otherwise=other)
    source = 'x = SHOW "a"\ny = SHOW "b" AS r\nz = SHOW CUSTOMER STATUS 1\nw = SHOW(1, 2)\nRETURN [x, y, z, w]\n'
    assert [d.code for d in check(source, keywords) if d.severity == "error"] == []
    assert Session(program.compile_script(source, keywords), World(), Folder({})).start() == Finished(
        [
            ["shown", "a"],
            ["SHOW", ["b"], {"AS": [None]}],
            ["SHOW CUSTOMER STATUS", [1], {}],
            ["SHOW", [1, 2], {}],
        ]
    )


def test_what_fits_no_form_of_an_open_keyword_is_an_error_that_a_script_can_catch() -> None:
    keywords = Keywords([talk, show])
    source = 'TRY\n  SHOW "b" AS r\nCATCH e\n  RETURN e.code\nEND TRY\n'
    assert [(d.code, d.hint) for d in check(source, keywords)] == [("unknown-keyword", "the form is: SHOW <name>")]
    assert Session(program.compile_script(source, keywords), World(), Folder({})).start() == Finished("unknown-keyword")


@keyword("SLOW DOOR", returns="text")
async def slow_door(world: World) -> str:
    """Fails late."""
    raise ConnectionError("no answer")


@keyword("LYING DOOR", returns="text")
def lying_door(world: World) -> object:
    """Gives something else than it declares."""
    return [1]


async def test_a_keyword_that_fails_is_named_with_its_fault_as_the_cause() -> None:
    keywords = Keywords([talk, slow_door, lying_door])
    session = Session(program.compile_script("x = 1\ny = SLOW DOOR\n", keywords), World(), Folder({}))
    outcome = session.start()
    assert isinstance(outcome, Pending)
    with pytest.raises(ConnectionError) as fault:
        await outcome.call
    with pytest.raises(ScriptError, match="the keyword SLOW DOOR failed") as failed:
        session.throw(fault.value)
    assert (failed.value.code, failed.value.span, failed.value.__cause__) == ("internal", (2, 5, 2, 14), fault.value)
    with pytest.raises(ScriptError, match="the keyword LYING DOOR failed") as failed:
        Session(program.compile_script("y = LYING DOOR\n", keywords), World(), Folder({})).start()
    assert isinstance(failed.value.__cause__, TypeError)
    assert failed.value.span == (1, 5, 1, 15)


def test_a_script_can_catch_it() -> None:
    keywords = Keywords([talk, lying_door])
    source = "TRY\n  LYING DOOR\nCATCH e\n  RETURN [e.code, e.keyword]\nEND TRY\n"
    session = Session(program.compile_script(source, keywords), World(), Folder({}))
    assert session.start() == Finished(["internal", "LYING DOOR"])
