"""Operators: Python's own where the types allow it or where Python refuses what the language means otherwise.

`str * int`, `str % x`, `int == str`, `date - date` are accepted by Python with another meaning, so they must not
reach its operators; MOD and `\\` cut towards zero where Python's round down.
"""

import ast

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.ir import Node
from tasktalk.interpreter.compiler.lowering import Lowering, Value, is_positive
from tasktalk.interpreter.compiler.pyast import At, is_atom
from tasktalk.interpreter.inference import BOOLEAN, DATE, INTEGER, LIST, NUMBER, RECORD, TEXT, is_product
from tasktalk.interpreter.tree import Binary, Expression

COMPARE: dict[str, ast.cmpop] = {
    "=": ast.Eq(),
    "<>": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
}
PYTHON: dict[str, ast.operator] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "/": ast.Div(),
    "\\": ast.FloorDiv(),
    "MOD": ast.Mod(),
}
HELPER = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "\\": "divide_whole",
    "MOD": "modulo",
    "^": "power",
    "&": "concat",
    "=": "equal",
    "<>": "unequal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_EXACT_TYPE = {TEXT: "str", INTEGER: "int"}
_REPEATED, _COUNTS = TEXT | LIST, INTEGER | BOOLEAN  # Python repeats the ones so many times
_FEW = 16
_NESTING = LIST | RECORD
_KIND = "_wt"  # the type of the value that is looked at


class Arithmetic(Lowering):
    """Binary operators and texts."""

    def binary(self, node: Binary, at: At, out: list[Node]) -> Value:
        """The operation, hard where an operand may be of a type that Python refuses."""
        operator = node.operator
        left, right = self.values([node.left, node.right], out)
        a, b = self.type_of(node.left), self.type_of(node.right)
        parts_hard = left.is_hard or right.is_hard
        helper = at.call(HELPER[operator], [left.slow, right.slow])
        if operator == "^":
            self.grows_number = True
            return Value(at.call("power", [left.fast, right.fast]), helper if parts_hard else None)
        if operator == "&" or (operator == "+" and TEXT in (a, b)):
            self._note_growth(node, a, b)
            joined = at.text_of([self.as_text(left.fast, node.left, at), self.as_text(right.fast, node.right, at)])
            if not parts_hard:
                return Value(joined)
            parts = (left.slow, node.left), (right.slow, node.right)
            return Value(joined, at.text_of([self.as_text(value, part, at, is_slow=True) for value, part in parts]))
        if operator not in COMPARE:  # a slow form refuses what is out of range in the middle of a statement, too
            self.is_brief = False
        numbers = not (a | b) & ~NUMBER
        if operator in ("=", "<>"):
            return self._equality(node, left, right, a, b, at, helper)
        if operator in COMPARE:
            if a & b & LIST:  # Python compares the items of two lists: the language compares them as texts
                again, first = self.twice(left.fast, at)
                native = at.compare(again, COMPARE[operator], right.fast)
                other = at.call(HELPER[operator], [again, right.fast])
                return Value(at.choose(self._is_plain(first, again, at), native, other), helper)
            first, second = _summands(left.fast, right.fast, a, b)
            test = at.compare(first, COMPARE[operator], second)
            return Value(test, helper if parts_hard or not (numbers or a == b == TEXT) else None)
        if operator in ("MOD", "\\"):
            return self._truncating(node, left, right, at, helper if parts_hard or not numbers else None)
        first, second = left.fast, right.fast
        if operator == "*":
            self.grows_number = self.grows_number or is_product(node)
            first = at.plus(first) if a & _REPEATED and b & _COUNTS else first
            second = at.plus(second) if b & _REPEATED and a & _COUNTS else second
        elif operator in ("+", "-"):
            first, second = _summands(first, second, a, b)
            if operator == "-" and a & DATE and b & DATE:
                first = at.plus(first)
            elif operator == "+" and not numbers:
                self._note_growth(node, a, b)
        sure = numbers and (operator != "/" or (isinstance(node.right, tree.Const) and bool(node.right.value)))
        fast = at.binary(first, PYTHON[operator], second)
        return Value(fast, helper if parts_hard or not sure else None)

    def _note_growth(self, node: Binary, a: int, b: int) -> None:
        """Constants and numbers let a text grow slowly: the check at the end of each slice is enough for them."""
        grows = all(
            bits & ~NUMBER and not isinstance(part, tree.Const) for part, bits in ((node.left, a), (node.right, b))
        )
        self.grows_text = self.grows_text or grows

    def as_text(self, value: ast.expr, node: Expression, at: At, *, is_slow: bool = False) -> ast.expr:
        """The value of `node` as a text, or what Python formats as it: a part for `text_of`.

        In a slow form the library decides what a value is: it is seldom reached, so it is to be short.
        """
        bits = self.type_of(node)
        if bits == INTEGER and self.is_small(node):
            return at.const(str(value.value)) if isinstance(value, ast.Constant) else value
        if bits == TEXT:
            return value
        if bits != INTEGER and not bits & TEXT and not (bits & INTEGER and is_atom(value)):
            return at.call("text", [value])
        again, first = self.twice(value, at)  # in a slow form too: numbers that follow are in states that wait
        if is_slow or self.is_brief:
            return at.call("text", [value])
        if bits == INTEGER:
            return at.choose(at.is_short(first, again), again, at.call("number_text", [again]))
        kind: ast.expr = at.call("type", [first])
        if not bits & INTEGER:
            test: ast.expr = at.compare(kind, ast.Is(), at.load("str"))
        elif not bits & TEXT:
            test = at.both(at.compare(kind, ast.Is(), at.load("int")), at.is_short(again, again))
        else:
            is_text = at.compare(at.named(_KIND, kind), ast.Is(), at.load("str"))
            is_integer = at.compare(at.load(_KIND), ast.Is(), at.load("int"))
            test = at.either(is_text, at.both(is_integer, at.is_short(again, again)))
        return at.choose(test, again, at.call("text", [again]))

    def interpolation(self, node: tree.Interpolation, at: At, out: list[Node]) -> Value:
        """A text with values in it."""
        values = self.values(node.parts, out)
        variable = [p for p in node.parts if not isinstance(p, tree.Const) and self.type_of(p) & ~NUMBER]
        self.grows_text = self.grows_text or len(variable) > 1
        fast = at.text_of([self.as_text(v.fast, p, at) for p, v in zip(node.parts, values, strict=True)])
        if not any(v.is_hard for v in values):
            return Value(fast)
        slow = [self.as_text(v.slow, p, at, is_slow=True) for p, v in zip(node.parts, values, strict=True)]
        return Value(fast, at.text_of(slow))

    def _truncating(self, node: Binary, left: Value, right: Value, at: At, slow: ast.expr | None) -> Value:
        """MOD and `\\`: Python's own where both sides are positive."""
        operator = PYTHON[node.operator]
        is_above = self.least(node.right) == 1 or (isinstance(node.right, tree.Const) and is_positive(node.right))
        if is_above and self.least(node.left) is not None:
            return Value(at.binary(left.fast, operator, right.fast), slow)
        again_left, first_left = self.twice(left.fast, at)
        again_right, first_right = self.twice(right.fast, at)
        test: ast.expr = at.compare(first_left, ast.GtE(), at.const(0))
        if not is_above:
            test = at.both(test, at.compare(first_right, ast.Gt(), at.const(0)))
        fast = at.binary(again_left, operator, right.fast if is_above else again_right)
        # the right side is not bound where the left one fails the test, so it is evaluated anew
        return Value(at.choose(test, fast, at.call(HELPER[node.operator], [again_left, right.fast])), slow)

    def _equality(self, node: Binary, left: Value, right: Value, a: int, b: int, at: At, helper: ast.expr) -> Value:
        """`=` and `<>`: Python's comparison decides where it says equal, or where both are of one type."""
        is_equal = node.operator == "="
        operator = COMPARE[node.operator]
        is_hard = left.is_hard or right.is_hard
        if not (a | b) & ~NUMBER or a == b == TEXT or _is_word(node.left) or _is_word(node.right):
            return Value(at.compare(left.fast, operator, right.fast), helper if is_hard else None)
        if not a & ~NUMBER or not b & ~NUMBER:
            # for a value that is no number Python refuses `<=`, which it does not do for `==`
            is_left = not a & ~NUMBER
            constant = node.left if is_left else node.right
            if not (b if is_left else a) & TEXT and isinstance(constant, tree.Const) and constant.value:
                # only a text, or null beside 0, is a number that Python takes for another value
                return Value(at.compare(left.fast, operator, right.fast), helper if is_hard else None)
            number, other = (left.fast, right.fast) if is_left else (right.fast, left.fast)
            again, first = self.twice(number, at)
            test: ast.expr = at.same_number(first, other, again)
            return Value(test if is_equal else at.negate(test), helper)
        again_left, first_left = self.twice(left.fast, at)
        again_right, first_right = self.twice(right.fast, at)
        if a in _EXACT_TYPE or b in _EXACT_TYPE:
            value, name = (again_left, _EXACT_TYPE[b]) if b in _EXACT_TYPE else (again_right, _EXACT_TYPE[a])
            differs, same = at.is_not_type(value, name), at.is_type(value, name)
        else:
            kinds = at.call("type", [again_left]), at.call("type", [again_right])
            differs, same = at.compare(kinds[0], ast.IsNot(), kinds[1]), at.compare(kinds[0], ast.Is(), kinds[1])
        may_nest = a & _NESTING and b & _NESTING
        first = at.compare(again_left if may_nest else first_left, operator, first_right)
        decide = at.call("equal" if is_equal else "unequal", [again_left, again_right])
        fast = at.either(first, at.both(differs, decide)) if is_equal else at.both(first, at.either(same, decide))
        if may_nest:
            decide = at.call("equal" if is_equal else "unequal", [again_left, right.fast])
            fast = at.choose(self._is_plain(first_left, again_left, at), fast, decide)
        return Value(fast, helper if is_hard else None)

    def _is_plain(self, first: ast.expr, again: ast.expr, at: At) -> ast.expr:
        """The value is a text or a number: Python may compare it with anything."""
        return at.either(at.is_type(first, "str"), at.is_type(again, "int"), at.is_type(again, "float"))


def _is_word(node: Expression) -> bool:
    """A constant that only a text equals: no number, date, list or record reads like it."""
    return (
        isinstance(node, tree.Const)
        and isinstance(node.value, str)
        and node.value[:1].isalpha()
        and node.value not in ("true", "false")
    )


def _summands(left: ast.expr, right: ast.expr, a: int, b: int) -> tuple[ast.expr, ast.expr]:
    """Both sides of a sum or of a `<`, which refuse a text beside a number: so a product need not refuse it too."""
    return (left if b & ~NUMBER else _unguarded(left)), (right if a & ~NUMBER else _unguarded(right))


def _unguarded(value: ast.expr) -> ast.expr:
    match value:
        case ast.BinOp(ast.UnaryOp(ast.UAdd(), first), ast.Mult() as operator, ast.Constant(int(count)) as second):
            pass
        case ast.BinOp(ast.Constant(int(count)) as first, ast.Mult() as operator, ast.UnaryOp(ast.UAdd(), second)):
            pass
        case _:
            return value
    return ast.copy_location(ast.BinOp(first, operator, second), value) if count <= _FEW else value
