"""The page on embedding is one program, and it runs; and what its host may be asked."""

import re
from pathlib import Path

import pytest

from tasktalk.interpreter import program
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import check
from tasktalk.interpreter.session import Finished, Session
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


def test_what_takes_unknown_commands_has_one_form() -> None:
    with pytest.raises(ValueError, match="OTHER COMMAND"):
        Keywords([], otherwise=talk)
