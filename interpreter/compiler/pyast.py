"""Python's `ast` nodes with the script's place on them, so that CPython's own positions are the script's."""

import ast
from typing import TypedDict

from tasktalk.interpreter.errors import Span

LOAD, STORE = ast.Load(), ast.Store()
MARK = 1 << 21  # a node whose end column is MARK + n is suspension point n; a script is shorter than that


class Place(TypedDict):
    """A place in the form that `ast` nodes take."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


class At:
    """Builds nodes at one place of the script."""

    __slots__ = ("place", "span")

    def __init__(self, span: Span) -> None:
        line, column, end_line, end_column = span
        if end_line < line or (end_line == line and end_column < column):
            end_line, end_column = line, column + 1
            span = Span(line, column, end_line, end_column)
        self.span = span
        self.place: Place = {
            "lineno": line,
            "col_offset": column,
            "end_lineno": end_line,
            "end_col_offset": end_column,
        }

    def load(self, name: str) -> ast.Name:
        return ast.Name(name, LOAD, **self.place)

    def store(self, name: str) -> ast.Name:
        return ast.Name(name, STORE, **self.place)

    def const(self, value: bool | float | str | None) -> ast.Constant:
        return ast.Constant(value, **self.place)

    def numbers(self, values: list[int]) -> ast.Tuple:
        """A tuple of constants."""
        return ast.Tuple([self.const(value) for value in values], LOAD, **self.place)

    def call(self, function: str, arguments: list[ast.expr]) -> ast.Call:
        return ast.Call(self.load(function), arguments, [], **self.place)

    def assign(self, name: str, value: ast.expr) -> ast.Assign:
        return ast.Assign([self.store(name)], value, **self.place)

    def append(self, name: str, value: ast.expr) -> ast.AugAssign:
        return ast.AugAssign(self.store(name), ast.Add(), value, **self.place)

    def named(self, name: str, value: ast.expr) -> ast.NamedExpr:
        return ast.NamedExpr(self.store(name), value, **self.place)

    def run(self, value: ast.expr) -> ast.Expr:
        return ast.Expr(value, **self.place)

    def compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
        return ast.Compare(left, [operator], [right], **self.place)

    def same_number(self, first: ast.expr, value: ast.expr, again: ast.expr) -> ast.Compare:
        """`n <= value <= n`: the value is n; anything that is no number is refused."""
        return ast.Compare(first, [ast.LtE(), ast.LtE()], [value, again], **self.place)

    def between(self, low: ast.expr, value: ast.expr, high: ast.expr) -> ast.Compare:
        """`low <= value < high`, each evaluated once."""
        return ast.Compare(low, [ast.LtE(), ast.Lt()], [value, high], **self.place)

    def binary(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.BinOp:
        return ast.BinOp(left, operator, right, **self.place)

    def both(self, *parts: ast.expr) -> ast.expr:
        if len(parts) == 1:
            return parts[0]
        return ast.BoolOp(ast.And(), list(parts), **self.place)

    def either(self, *parts: ast.expr) -> ast.expr:
        return ast.BoolOp(ast.Or(), list(parts), **self.place)

    def choose(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.IfExp:
        return ast.IfExp(test, yes, no, **self.place)

    def negate(self, value: ast.expr) -> ast.UnaryOp:
        return ast.UnaryOp(ast.Not(), value, **self.place)

    def plus(self, value: ast.expr) -> ast.UnaryOp:
        return ast.UnaryOp(ast.UAdd(), value, **self.place)

    def minus(self, value: ast.expr) -> ast.UnaryOp:
        return ast.UnaryOp(ast.USub(), value, **self.place)

    def item(self, value: ast.expr, key: ast.expr) -> ast.Subscript:
        return ast.Subscript(value, key, LOAD, **self.place)

    def assign_item(self, value: ast.expr, key: ast.expr, item: ast.expr) -> ast.Assign:
        return ast.Assign([ast.Subscript(value, key, STORE, **self.place)], item, **self.place)

    def list_of(self, items: list[ast.expr]) -> ast.List:
        return ast.List(items, LOAD, **self.place)

    def dict_of(self, keys: list[str], items: list[ast.expr]) -> ast.Dict:
        return ast.Dict([self.const(key) for key in keys], items, **self.place)

    def text_of(self, parts: list[ast.expr]) -> ast.JoinedStr:
        """The parts, each known to be a text, as one text."""
        pieces: list[ast.expr] = []
        for part in parts:
            if isinstance(part, ast.JoinedStr):
                pieces += part.values
            else:
                is_ready = isinstance(part, ast.Constant | ast.FormattedValue)
                pieces.append(part if is_ready else ast.FormattedValue(part, -1, None, **self.place))
        return ast.JoinedStr(pieces, **self.place)

    def formatted(self, value: ast.expr, python_format: str) -> ast.FormattedValue:
        """A number in Python's own format, as a part of text_of."""
        return ast.FormattedValue(value, -1, ast.JoinedStr([self.const(python_format)], **self.place), **self.place)

    def when(self, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.If:
        return ast.If(test, then, otherwise, **self.place)

    def raising(self, error: ast.expr) -> ast.Raise:
        return ast.Raise(error, None, **self.place)

    def returning(self, value: ast.expr) -> ast.Return:
        return ast.Return(value, **self.place)

    def breaking(self) -> ast.Break:
        return ast.Break(**self.place)

    def continuing(self) -> ast.Continue:
        return ast.Continue(**self.place)

    def nothing(self) -> ast.Pass:
        return ast.Pass(**self.place)

    def is_type(self, value: ast.expr, type_name: str) -> ast.Compare:
        return self.compare(self.call("type", [value]), ast.Is(), self.load(type_name))

    def is_not_type(self, value: ast.expr, type_name: str) -> ast.Compare:
        return self.compare(self.call("type", [value]), ast.IsNot(), self.load(type_name))

    def is_none(self, value: ast.expr) -> ast.expr:
        if is_literal(value):  # Python's compiler warns of `is` beside a literal
            return self.call("is_null", [value])
        return self.compare(value, ast.Is(), self.const(None))

    def attempt(self, body: list[ast.stmt], handler: list[ast.stmt]) -> ast.Try:
        """The body; where one of Python's own operators refuses, the handler."""
        return ast.Try(body, [ast.ExceptHandler(self.load("_DE"), None, handler, **self.place)], [], [], **self.place)

    def mark(self, node: ast.expr | ast.stmt, point: int) -> None:
        """Makes the node's instruction tell that it is this suspension point."""
        node.end_lineno = self.place["lineno"]
        node.end_col_offset = MARK + point


def is_atom(node: ast.expr) -> bool:
    """A name or a constant: free to evaluate twice."""
    return isinstance(node, ast.Name | ast.Constant)


def is_literal(node: ast.expr) -> bool:
    """Python's compiler may know the value, or at least its type, and warn of what a script does with it."""
    if isinstance(node, ast.Name | ast.Call):
        return False
    if isinstance(node, ast.JoinedStr | ast.List | ast.Dict):
        return True
    return not any(isinstance(inner, ast.Name) for inner in ast.walk(node))
