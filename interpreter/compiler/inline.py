"""Library functions that Python has a notation for, done in line for the values that they mostly get.

Each entry gives, for a text and the numbers that follow it, the tests under which Python's notation means the same, and
the notation. Where a test fails the library's function is called; where Python refuses, the slow form is.
"""

import ast
from collections.abc import Callable
from typing import TypeAlias

from tasktalk.interpreter.compiler.pyast import LOAD, At

Form: TypeAlias = tuple[list[ast.expr], ast.expr]  # tests, the notation
# (place, arguments for the tests, arguments behind them, what each is surely not below: that needs no test) -> form
Inline: TypeAlias = Callable[[At, list[ast.expr], list[ast.expr], list[int | None]], Form]


def _part(at: At, text: ast.expr, start: ast.expr | None, end: ast.expr | None) -> ast.expr:
    return at.put(ast.Subscript(text, at.put(ast.Slice(start, end, None)), LOAD))


def _at_least(at: At, value: ast.expr, known: int | None, least: int) -> list[ast.expr]:
    return [] if known is not None and known >= least else [at.compare(value, ast.GtE(), at.const(least))]


def _left(at: At, first: list[ast.expr], again: list[ast.expr], known: list[int | None]) -> Form:
    return _at_least(at, first[1], known[1], 0), _part(at, again[0], None, again[1])


def _right(at: At, first: list[ast.expr], again: list[ast.expr], known: list[int | None]) -> Form:
    return _at_least(at, first[1], known[1], 1), _part(at, again[0], at.minus(again[1]), None)


def _middle(at: At, first: list[ast.expr], again: list[ast.expr], known: list[int | None]) -> Form:
    start = at.binary(again[1], ast.Sub(), at.const(1))
    tests = _at_least(at, first[1], known[1], 1)
    if len(first) < 3:
        return tests, _part(at, again[0], start, None)
    if isinstance(again[2], ast.Constant) and again[2].value == 1:
        return tests, at.item(again[0], start)  # behind the end Python refuses
    tests += _at_least(at, first[2], known[2], 0)
    return tests, _part(at, again[0], start, at.binary(start, ast.Add(), again[2]))


def _find(at: At, first: list[ast.expr], again: list[ast.expr], known: list[int | None]) -> Form:
    return [], at.binary(at.call("find", [again[0], first[1]]), ast.Add(), at.const(1))


INLINE: dict[tuple[str, int], Inline] = {  # by name and number of arguments
    ("LEFT", 2): _left,
    ("RIGHT", 2): _right,
    ("MID", 2): _middle,
    ("MID", 3): _middle,
    ("INSTR", 2): _find,
}
