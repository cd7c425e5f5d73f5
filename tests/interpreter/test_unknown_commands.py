"""How commands are read that nobody declared: which words are the phrase, and which values belong to which clause."""

from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.interpreter import nodes
from tasktalk.interpreter.parser import parse

LINES = Path(__file__).with_name("unknown_commands.txt").read_text("utf-8").splitlines()
KEYWORDS = language()


def first_command(source: str) -> nodes.Command:
    """The command of a script of one line; where it is part of a larger value, the first one."""
    script = parse(source, KEYWORDS.phrases)
    assert [d.render("t.bas", source) for d in script.diagnostics] == []
    statement = script.body[0]
    value = statement.value if isinstance(statement, nodes.Assign | nodes.Do) else None
    while isinstance(value, nodes.Binary):
        value = value.left
    assert isinstance(value, nodes.Command), source
    return value


@pytest.mark.parametrize("line", LINES)
def test_unknown_command(line: str) -> None:
    source, _, expected = line.partition(" => ")
    command = first_command(source)
    shown = [command.phrase, str(len(command.arguments))]
    for clause in command.clauses:
        shown += [clause.word, str(len(clause.arguments))]
    assert " ".join(shown) == expected


def test_what_comes_behind_an_unknown_value_is_compared_with_it() -> None:
    script = parse('IF GET "tier" = "vip" OR GET "tier" = "gold" THEN TALK "hello"\n', KEYWORDS.phrases)
    block = script.body[0]
    assert isinstance(block, nodes.If)
    condition = block.arms[0].condition
    assert isinstance(condition, nodes.Binary)
    assert condition.operator == "OR"
    assert isinstance(condition.left, nodes.Binary)
    assert condition.left.operator == "="


def test_clauses_of_an_unknown_event_are_kept() -> None:
    script = parse('ON EMAIL "a@b" FROM "c@d"\n  TALK "x"\nEND ON\n', KEYWORDS.phrases)
    block = script.body[0]
    assert isinstance(block, nodes.OnEvent)
    assert len(block.arguments) == 3
