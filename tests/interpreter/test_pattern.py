"""Patterns of keywords: what they say, and how commands are matched to them."""

from collections.abc import Callable

import pytest

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.matcher import Match, match
from tasktalk.interpreter.nodes import Binary, Command, Do, Name, Number, Script, Text
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.pattern import compile_pattern, entry
from tasktalk.interpreter.phrases import Phrases


def matched(pattern: str, line: str, *more: str, pairs: str = "") -> Match | list[Diagnostic]:
    forms = [compile_pattern(text) for text in (pattern, *more)]
    script = parse(line + "\n", Phrases([entry(forms, pairs=pairs)]))
    assert script.diagnostics == []
    statement = script.body[0]
    assert isinstance(statement, Do)
    assert isinstance(statement.value, Command)
    return match(forms, statement.value)


def values(found: Match | list[Diagnostic]) -> dict[str, object]:
    assert isinstance(found, Match), found
    return {name: simplified(value) for name, value in found.values.items()}


def simplified(value: object) -> object:
    match value:
        case list():
            return [simplified(item) for item in value]
        case Text(parts):
            return parts[0]
        case Number(number):
            return number
        case Name():
            return Name
    return value


def problems(found: Match | list[Diagnostic]) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    return [(d.code, d.message) for d in found]


def test_the_parts_of_a_pattern() -> None:
    pattern = compile_pattern("SEND OUT <what>[, <more>...] TO <whom> [AS {name}] [IN <n> [HOURS|DAYS]] [NOW]")
    assert pattern.phrase == "SEND OUT"
    assert [(p.name, p.is_optional, p.many) for p in pattern.parameters] == [
        ("what", False, False),
        ("more", True, True),
    ]
    assert {word: rule.is_optional for word, rule in pattern.clauses.items()} == {
        "TO": False, "AS": True, "IN": True, "HOURS": True, "DAYS": True, "NOW": True,
    }  # fmt: skip
    assert pattern.clauses["HOURS"].group == pattern.clauses["DAYS"].group != pattern.clauses["IN"].group
    assert pattern.names() == {
        "what": False, "more": True, "whom": False, "n": True, "hours": True, "days": True, "now": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("talk <x>", "does not start with a keyword in capitals"),
        ("TALK <x", "'<x' is not understood"),
        ("TALK [<x>", "a bracket is not closed"),
        ("TALK <x>]", "a bracket is closed that was not opened"),
        ("TALK <x> AS <x>", "has a name twice"),
        ("TALK <x> AS <y> AS <z>", "has a name twice"),
    ],
)
def test_a_pattern_that_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="pattern") as caught:
        compile_pattern(text)
    assert wrong in str(caught.value)


def test_arguments_by_name() -> None:
    pattern = "CREATE TASK <title>[, <more>...] [DUE <due>] [PRIORITY <priority>] [ASSIGN TO <who>]"
    found = matched(pattern, 'CREATE TASK "x", 1, 2 ASSIGN TO "ann" DUE "today"')
    assert values(found) == {"title": "x", "more": [1, 2], "who": "ann", "due": "today"}
    assert values(matched(pattern, 'CREATE TASK "x"')) == {"title": "x"}


def test_words_without_a_value() -> None:
    pattern = "WAIT <n> [SECONDS|IN DAYS]"
    assert values(matched(pattern, "WAIT 5 SECONDS")) == {"n": 5, "seconds": True}
    assert values(matched(pattern, "WAIT 5 IN DAYS")) == {"n": 5, "in_days": True}


def test_one_of_some_words_by_a_name_of_its_own() -> None:
    pattern = compile_pattern("REST <count> [unit:HOUR|HOURS]")
    assert pattern.form == "REST <count> [HOUR|HOURS]"
    assert pattern.names() == {"count": False, "unit": True}


def test_a_variable_to_set() -> None:
    found = matched("HEAR {answer} [WITH <prompt>]", 'HEAR x WITH "a"')
    assert isinstance(found, Match)
    assert found.target == Name("X", found.values["prompt"].span)  # type: ignore[union-attr]
    assert list(found.values) == ["prompt"]
    assert problems(matched("HEAR {answer}", 'HEAR "x"')) == [("not-a-variable", "HEAR needs a variable here")]


def test_a_name_that_stands_for_itself() -> None:
    assert values(matched("HEAR {x} [AS <kind:word>[, <more>...]]", "HEAR a AS integer")) == {"kind": "INTEGER"}
    assert values(matched("HEAR {x} [AS <kind:word>[, <more>...]]", 'HEAR a AS "b", "c"')) == {
        "kind": "b",
        "more": ["c"],
    }


def test_a_pair() -> None:
    assert values(matched("REMEMBER <key> = <value>[, <ttl>]", 'REMEMBER k = "v", 3')) == {
        "key": Name,
        "value": "v",
        "ttl": 3,
    }
    assert values(matched("REMEMBER <key> = <value>[, <ttl>]", 'REMEMBER "k", "v"')) == {"key": "k", "value": "v"}


def test_a_comparison_in_a_clause_is_one_value() -> None:
    found = matched("KEEP <x> WITH <test>", "KEEP 1 WITH a = 2")
    assert isinstance(found, Match)
    assert isinstance(found.values["test"], Binary)


def test_the_first_form_that_fits() -> None:
    found = matched("HEAR {x} [AS <kind:word>]", 'HEAR "who?"', "HEAR <prompt>")
    assert values(found) == {"prompt": "who?"}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("PLAN", [("missing-argument", "PLAN needs an item"), ("missing-clause", "PLAN needs TO")]),
        ('PLAN "x"', [("missing-clause", "PLAN needs TO")]),
        ('PLAN "x" TO', [("missing-argument", "TO needs a place")]),
        ('PLAN "x", "y" TO "z"', [("too-many-arguments", "PLAN takes 1 value")]),
        ('PLAN "x" TO "z" AM PM', [("repeated-clause", "PLAN takes AM or PM, not both")]),
        ('PLAN "x" TO "z" TO "y"', [("repeated-clause", "PLAN has TO twice")]),
        ('PLAN "x" TO "z" FROM "y"', [("unknown-clause", "PLAN takes no FROM")]),
        ('PLAN "x" TO "z" UNTLI "y"', [("unknown-clause", "PLAN takes no UNTLI")]),
    ],
)
def test_what_does_not_fit(line: str, wrong: list[tuple[str, str]]) -> None:
    found = matched("PLAN <item> TO <place> [UNTIL <end>] [AM|PM]", line)
    assert problems(found) == wrong
    assert isinstance(found, list)
    assert all(d.hint for d in found)


def test_the_commands_of_the_language_have_forms_too(parse_clean: Callable[[str], Script]) -> None:
    from tasktalk.interpreter import core

    statement = parse_clean('THROW "no", "bad"\n').body[0]
    assert isinstance(statement, Do)
    assert isinstance(statement.value, Command)
    assert values(core.bind(statement.value) or []) == {"error": "no", "code": "bad"}
    assert core.bind(Command("TALK", [], "", [], "plain", statement.span, statement.span)) is None
