"""Python's `ast` nodes with the script's place on them, so that CPython's own positions are the script's.

Names and constants have no place: nothing can fail there. So all code may share the nodes of names; nobody changes one.
"""

import ast
from functools import lru_cache
from typing import Protocol, TypeVar, cast

from tasktalk.interpreter.errors import Span

LOAD, STORE = ast.Load(), ast.Store()
NO_KEYWORDS: list[ast.keyword] = []  # of all calls, so nobody may add to it
SHORT = 2**30 - 1  # integers up to it are one digit to Python, which compares them in half the time of longer ones
MARK = 1 << 21  # a node whose end column is MARK + n is suspension point n; a script is shorter than that

Placed = TypeVar("Placed", bound=ast.expr | ast.stmt | ast.excepthandler | ast.arg)


class _New(Protocol):
    def __call__(self, kind: type[Placed], /) -> Placed: ...


_new = cast(_New, ast.AST.__new__)  # a node without anything in it
SHARED = 4096  # nodes that are kept to be used again
_FEW_KEYS = 16  # of a record whose keys are kept
_NOWHERE = {"lineno": -1, "col_offset": -1, "end_lineno": -1, "end_col_offset": -1}


@lru_cache(SHARED)
def load(name: str) -> ast.Name:
    """The variable, read."""
    return _name(name, LOAD)


@lru_cache(SHARED)
def store(name: str) -> ast.Name:
    """The variable, assigned."""
    return _name(name, STORE)


def _name(name: str, context: ast.expr_context) -> ast.Name:
    node = _new(ast.Name)
    node.__dict__ = {"id": name, "ctx": context, **_NOWHERE}
    return node


def const(value: bool | float | str | None) -> ast.Constant:
    """A constant, in a node of its own."""
    node = _new(ast.Constant)
    node.__dict__ = {"value": value, **_NOWHERE}
    return node


@lru_cache(SHARED)
def _keys(names: tuple[str, ...]) -> list[ast.Constant]:
    return [const(name) for name in names]


class At:
    """Builds nodes at one place of the script."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        line, column, end_line, end_column = span
        if end_line < line or (end_line == line and end_column < column):
            end_line, end_column = line, column + 1
            span = Span(line, column, end_line, end_column)
        self.span = span

    def put(self, node: Placed) -> Placed:
        """The node with the place on it; as named arguments of the node that takes Python twice the time."""
        node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = self.span
        return node

    load, store, const = staticmethod(load), staticmethod(store), staticmethod(const)

    def numbers(self, values: list[int]) -> ast.Tuple:
        """A tuple of constants."""
        return self.put(ast.Tuple([const(value) for value in values], LOAD))

    # the kinds that most nodes with a place are of get all that they hold at once: that takes half the time

    def _made(self, kind: type[Placed], **parts: object) -> Placed:
        parts["lineno"], parts["col_offset"], parts["end_lineno"], parts["end_col_offset"] = self.span
        node = _new(kind)
        node.__dict__ = parts
        return node

    def call(self, function: str, arguments: list[ast.expr]) -> ast.Call:
        line, column, end_line, end_column = self.span
        node = _new(ast.Call)
        node.__dict__ = {
            "func": load(function), "args": arguments, "keywords": NO_KEYWORDS,
            "lineno": line, "col_offset": column, "end_lineno": end_line, "end_col_offset": end_column,
        }  # fmt: skip
        return node

    def assign(self, name: str, value: ast.expr) -> ast.Assign:
        line, column, end_line, end_column = self.span
        node = _new(ast.Assign)
        node.__dict__ = {
            "targets": [store(name)], "value": value,
            "lineno": line, "col_offset": column, "end_lineno": end_line, "end_col_offset": end_column,
        }  # fmt: skip
        return node

    def append(self, name: str, value: ast.expr) -> ast.AugAssign:
        return self.put(ast.AugAssign(store(name), ast.Add(), value))

    def named(self, name: str, value: ast.expr) -> ast.NamedExpr:
        return self._made(ast.NamedExpr, target=store(name), value=value)

    def run(self, value: ast.expr) -> ast.Expr:
        return self._made(ast.Expr, value=value)

    def compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
        return self._made(ast.Compare, left=left, ops=[operator], comparators=[right])

    def same_number(self, first: ast.expr, value: ast.expr, again: ast.expr) -> ast.Compare:
        """`n <= value <= n`: the value is n; anything that is no number is refused."""
        return self.put(ast.Compare(first, [ast.LtE(), ast.LtE()], [value, again]))

    def is_short(self, first: ast.expr, again: ast.expr) -> ast.expr:
        """The number is one that Python writes as the script would. Two tests take less time than a chained one."""
        low = self.compare(self.const(-SHORT), ast.LtE(), first)
        return self.both(low, self.compare(again, ast.LtE(), self.const(SHORT)))

    def binary(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.BinOp:
        return self._made(ast.BinOp, left=left, op=operator, right=right)

    def both(self, *parts: ast.expr) -> ast.expr:
        if len(parts) == 1:
            return parts[0]
        return self.put(ast.BoolOp(ast.And(), list(parts)))

    def either(self, *parts: ast.expr) -> ast.expr:
        return self.put(ast.BoolOp(ast.Or(), list(parts)))

    def choose(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.IfExp:
        return self._made(ast.IfExp, test=test, body=yes, orelse=no)

    def negate(self, value: ast.expr) -> ast.UnaryOp:
        return self.put(ast.UnaryOp(ast.Not(), value))

    def plus(self, value: ast.expr) -> ast.UnaryOp:
        return self.put(ast.UnaryOp(ast.UAdd(), value))

    def minus(self, value: ast.expr) -> ast.UnaryOp:
        return self.put(ast.UnaryOp(ast.USub(), value))

    def item(self, value: ast.expr, key: ast.expr) -> ast.Subscript:
        return self._made(ast.Subscript, value=value, slice=key, ctx=LOAD)

    def assign_item(self, value: ast.expr, key: ast.expr, item: ast.expr) -> ast.Assign:
        return self.put(ast.Assign([self.put(ast.Subscript(value, key, STORE))], item))

    def list_of(self, items: list[ast.expr]) -> ast.List:
        return self._made(ast.List, elts=items, ctx=LOAD)

    def dict_of(self, keys: list[str], items: list[ast.expr]) -> ast.Dict:
        names = _keys(tuple(keys)) if len(keys) <= _FEW_KEYS else [const(key) for key in keys]
        return self._made(ast.Dict, keys=names, values=items)

    def text_of(self, parts: list[ast.expr]) -> ast.JoinedStr:
        """The parts, each known to be a text, as one text."""
        pieces: list[ast.expr] = []
        for part in parts:
            if type(part) is ast.JoinedStr:
                pieces += part.values
            else:
                is_ready = type(part) is ast.Constant or type(part) is ast.FormattedValue
                pieces.append(part if is_ready else self._made(ast.FormattedValue, value=part, conversion=-1))
        return self._made(ast.JoinedStr, values=pieces)

    def formatted(self, value: ast.expr, python_format: str) -> ast.FormattedValue:
        """A number in Python's own format, as a part of text_of."""
        return self.put(ast.FormattedValue(value, -1, self.put(ast.JoinedStr([const(python_format)]))))

    def when(self, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.If:
        return self._made(ast.If, test=test, body=then, orelse=otherwise)

    def raising(self, error: ast.expr) -> ast.Raise:
        return self.put(ast.Raise(error, None))

    def returning(self, value: ast.expr) -> ast.Return:
        return self.put(ast.Return(value))

    def breaking(self) -> ast.Break:
        return self.put(ast.Break())

    def continuing(self) -> ast.Continue:
        return self.put(ast.Continue())

    def nothing(self) -> ast.Pass:
        return self.put(ast.Pass())

    def is_type(self, value: ast.expr, type_name: str) -> ast.Compare:
        return self.compare(self.call("type", [value]), ast.Is(), load(type_name))

    def is_not_type(self, value: ast.expr, type_name: str) -> ast.Compare:
        return self.compare(self.call("type", [value]), ast.IsNot(), load(type_name))

    def is_none(self, value: ast.expr) -> ast.expr:
        if is_literal(value):  # Python's compiler warns of `is` beside a literal
            return self.call("is_null", [value])
        return self.compare(value, ast.Is(), const(None))

    def attempt(self, body: list[ast.stmt], handler: list[ast.stmt]) -> ast.Try:
        """The body; where one of Python's own operators refuses, the handler."""
        handlers = [self._made(ast.ExceptHandler, type=load("_DE"), body=handler)]
        return self._made(ast.Try, body=body, handlers=handlers, orelse=[], finalbody=[])

    def mark(self, node: ast.expr | ast.stmt, point: int) -> None:
        """Makes the node's instruction tell that it is this suspension point."""
        node.end_lineno = self.span.line
        node.end_col_offset = MARK + point


def is_atom(node: ast.expr) -> bool:
    """A name or a constant: free to evaluate twice."""
    return type(node) is ast.Name or type(node) is ast.Constant


def is_literal(node: ast.expr) -> bool:
    """Python's compiler may know the value, or at least its type, and warn of what a script does with it."""
    if type(node) is ast.Name or type(node) is ast.Call:
        return False
    if isinstance(node, ast.JoinedStr | ast.List | ast.Dict):
        return True
    return not any(type(inner) is ast.Name for inner in ast.walk(node))
