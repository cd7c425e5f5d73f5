"""What the compiler proves of scripts, and that its walk over the tree misses nothing."""

from dataclasses import fields
from typing import get_args

import pytest

from tasktalk.interpreter import tree
from tasktalk.interpreter.inference import ANY, FLOAT, INTEGER, LIST, NULL, RECORD, TEXT, Facts
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import standard_functions
from tasktalk.interpreter.resolver import resolve
from tests.interpreter.suspending import KEYWORDS


def facts_of(source: str, keywords: Keywords = KEYWORDS) -> Facts:
    resolved = resolve(parse(source, keywords.phrases), keywords, standard_functions(), ["user"])
    assert not resolved.diagnostics
    return Facts(resolved.script)


@pytest.mark.parametrize(
    ("source", "variable", "bits"),
    [
        ("x = 1\n", "x", INTEGER),
        ("x = 1\nx = x + 2\n", "x", INTEGER),
        ("x = 1 / 2\n", "x", INTEGER | FLOAT),
        ("y = 2\nx = y * y\n", "x", INTEGER | FLOAT),
        ('x = 1 & "a"\n', "x", TEXT),
        ('x = "${1}"\n', "x", TEXT),
        ("IF TRUE THEN y = 1\nx = y\n", "x", INTEGER | NULL),
        ("FOR i = 1 TO 3\n  x = i\nNEXT\n", "x", INTEGER),
        ("x = LEN(user)\n", "x", INTEGER),
        ("x = FETCH 1\n", "x", LIST | NULL),
        ("a = [1, 2]\nx = a[0]\n", "x", INTEGER),
        ("a = [1, 2]\nTALK 2.5\nx = a[0]\n", "x", INTEGER),
        ('a = {k: "v"}\nx = a.k\n', "x", TEXT | NULL),
        ("HEAR a\nx = a.k\n", "x", ANY),
        ('a = ["v"]\nr = {}\nk = "n"\nr[k] = 1\nx = a[0]\n', "x", TEXT),
        ('a = ["v"]\nr = {}\nk = "n"\nr[k] = 1\nx = r[k]\n', "x", INTEGER | NULL),
        ('a = ["v"]\nr = {}\nr[7] = 1.5\nk = "7"\nx = r[k]\n', "x", INTEGER | FLOAT | NULL),
        ('r = {"7": "v"}\nx = r[7]\n', "x", TEXT | INTEGER | NULL),
        ('r = {"7": "v"}\nr[8] = 1.5\nx = 1\nFOR EACH y IN r\n  x = y\nNEXT\n', "x", TEXT | INTEGER | FLOAT | NULL),
        ('a = ["v"]\na[user] = 1.5\nx = a[0]\n', "x", ANY),
        ('x = COALESCE("v", 1.5)\n', "x", TEXT | FLOAT),
        ('x = MID("word", 2)\n', "x", TEXT),
        ("x = MID([1], 0)\n", "x", TEXT | LIST),
        ("TRY\n  y = 1\nCATCH x\nEND TRY\n", "x", RECORD),
        ("x = twice(2)\nFUNCTION twice(n)\n  RETURN n + n\nEND FUNCTION\n", "x", INTEGER),
    ],
)
def test_type(source: str, variable: str, bits: int) -> None:
    facts = facts_of(source)
    assert facts.type_of_variable(tree.MAIN, variable) & ~NULL == bits & ~NULL
    assert facts.type_of_variable(tree.MAIN, variable) & NULL or not bits & NULL


def test_only_what_procedures_touch_is_shared() -> None:
    source = "a = 1\nb = 2\nc = 3\nSUB go(c)\n  DIM b\n  a = a + c\n  d = 1\nEND SUB\nCALL go(1)\n"
    assert facts_of(source).shared == {"a"}


@pytest.mark.parametrize(
    ("source", "rounds"),
    [
        ("x = 1\ny = x + 2\nr = {k: y}\nz = r.k\n", 1),
        ("SUB go()\n  x = 1\n  TALK x\nEND SUB\nCALL go()\n", 1),
        ("x = 1\nFOR i = 1 TO 3\n  y = x\n  x = 2.5\nNEXT\n", 2),
        ('r = {k: 1}\nFOR i = 1 TO 3\n  y = r.k\n  r.k = "v"\nNEXT\n', 2),
        ("x = half(1)\nFUNCTION half(n)\n  RETURN n / 2\nEND FUNCTION\n", 3),
    ],
    ids=["in order", "procedure", "variable", "field", "result"],
)
def test_types_are_asked_again_only_after_a_conclusion_from_less(
    source: str, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tree.Node] = []
    flow = Facts._flow

    def counted(facts: Facts, name: str, node: tree.Node) -> None:
        asked.append(node)
        flow(facts, name, node)

    monkeypatch.setattr(Facts, "_flow", counted)
    found = facts_of(source)
    assert len(asked) == rounds * sum(len(survey.flowing) for survey in found.surveys.values())


def test_procedures_that_cannot_suspend_are_known() -> None:
    source = "SUB wait_it()\n  WAIT 1\nEND SUB\nSUB plain()\n  x = 1\nEND SUB\nSUB both()\n  CALL plain()\nEND SUB\n"
    assert facts_of(source).resumable == {"wait_it", "both"}


@pytest.mark.parametrize("kind", get_args(tree.Expression) + get_args(tree.Statement), ids=lambda k: k.__name__)
def test_the_walk_sees_every_part(kind: type) -> None:
    holding = {
        f.name for f in fields(kind) if any(word in str(f.type) for word in ("Expression", "Statement", "Index"))
    }
    assert set(tree._INNER.get(kind, ())) == holding
