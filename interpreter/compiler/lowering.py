"""What every part of the compiler shares: temporaries, suspension points, and the values that expressions become."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.ir import Node, Point, Py
from tasktalk.interpreter.compiler.pyast import SHARED, At, const, is_atom, load
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.inference import ANY, FLOAT, INTEGER, LIST, NULL, NUMBER, TEXT, UNSET, Facts
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.survey import assigned_by
from tasktalk.interpreter.tree import Expression
from tasktalk.interpreter.values import INTEGER_LIMIT

NOBODY = ""
_SMALL = 1 << 31
_SIZES = frozenset(("LEN", "UBOUND", "INSTR", "ASC"))  # what these give is small, and never negative


class Value:
    """A Python expression in two forms: `fast` trusts Python's operators, `slow` is for when they refuse.

    A value with two forms is *hard*: its statement becomes `try: x = fast / except: x = slow`, free until taken. The
    slow form starts again, so neither form may have an effect.
    """

    __slots__ = ("fast", "is_hard", "slow")

    def __init__(self, fast: ast.expr, slow: ast.expr | None = None) -> None:
        self.fast = fast
        self.slow = fast if slow is None else slow
        self.is_hard = slow is not None and slow is not fast
        """The fast form may refuse."""


class PointPlace(NamedTuple):
    """Where a script may stop, and the keyword that it then waits for (None for procedures, scripts and fairness)."""

    span: Span
    keyword: Keyword | None


class Lowering:
    """One procedure on its way from tree to IR."""

    is_brief = False
    """What is lowered now needs no fast forms: a run comes by once, or it goes to a keyword, whose work takes far
    longer. To compile them would cost more than they save. What is numbered, and what frames keep, is as with them."""

    def __init__(self, facts: Facts, procedure: tree.Procedure, *, brief: bool) -> None:
        self.facts, self.procedure, self.body = facts, procedure.name, procedure.body
        self.survey = facts.surveys[procedure.name]
        # A script with PARAMs is called by others, perhaps many times.
        is_started = procedure.is_handler or (procedure.name == tree.MAIN and not procedure.parameters)
        self.may_be_brief, self.runs_once = brief, brief and is_started and not self.survey.jumps
        self.points: dict[int, PointPlace] = {}
        self.wanted: str | None = None  # what a hoisted call may put its result into; NOBODY where nobody takes it
        self.grows_text = self.grows_number = False  # since the statement began
        self.bounded = self._find_bounded()
        self.counters = self._find_counters()
        self._temporaries = 0

    def value(self, node: Expression, out: list[Node]) -> Value:
        """The expression; what has an effect goes to `out` first."""
        raise NotImplementedError

    # ---- what is known

    def type_of(self, node: Expression) -> int:
        """The kinds of value that the expression may give."""
        return self.facts.type_of(self.procedure, node) or ANY

    def is_private(self, name: str) -> bool:
        """Only this procedure touches the variable: it is a fast local."""
        return self.facts.is_private(self.procedure, name)

    def _find_bounded(self) -> set[str]:
        """Variables of FOR loops that stay below a constant."""
        loops: dict[str | None, bool] = {}
        for node in self.survey.assignments:
            if type(node) is tree.For:
                ends = [node.start, node.stop, node.step]
                small = all(isinstance(e, tree.Const) and is_small_constant(e) for e in ends)
                loops[node.variable] = loops.get(node.variable, True) and small
            else:
                loops[assigned_by(node)] = False
        return {name for name, small in loops.items() if small and name is not None and self.is_private(name)}

    def _find_counters(self) -> dict[str, int]:
        """Private numbers that are never below 0 or 1: assumed of all, then refuted by what is assigned to them."""
        assigned: dict[str, list[Expression | None]] = {}
        for node in self.survey.assignments:
            given: Expression | None = None
            if type(node) is tree.Let:
                given = node.value
            elif type(node) is tree.For and isinstance(node.step, tree.Const) and is_positive(node.step):
                given = node.start
            name = assigned_by(node)
            if name is not None:
                assigned.setdefault(name, []).append(given)
        parameters = self.facts.script.procedures[self.procedure].parameters
        self.counters = {
            name: 0 if bits & NULL else 1
            for name in assigned
            if name not in parameters
            and self.is_private(name)
            and not (bits := self.facts.type_of_variable(self.procedure, name)) & ~(NUMBER | NULL | UNSET)
        }
        rests_on: dict[str, set[str]] = {}  # by name those that must be looked at again with it
        for name in self.counters:
            for value in assigned[name]:
                for other in counted(value):
                    rests_on.setdefault(other, set()).add(name)
        waiting = dict.fromkeys(self.counters)  # first in, first out: each waits once for all that it rests on
        while waiting:
            name = next(iter(waiting))
            del waiting[name]
            least = self.counters.get(name)
            if least is None:
                continue
            for value in assigned[name]:
                found = None if value is None else self.least(value)
                least = None if found is None or least is None else min(least, found)
            if least is None:
                del self.counters[name]
            elif least < self.counters[name]:
                self.counters[name] = least
            else:
                continue
            waiting |= dict.fromkeys(rests_on.get(name, ()))
        return self.counters

    def least(self, node: Expression) -> int | None:
        """1 or 0 where the number is surely not below that."""
        match node:
            case tree.Const(value=bool() | int() | float() as number):
                return None if number < 0 else int(number >= 1)
            case tree.Variable():
                return self.counters.get(node.name)
            case tree.Binary(operator="+" | "*" | "MOD" | "\\" | "/") if not self.type_of(node) & ~NUMBER:
                left, right = self.least(node.left), self.least(node.right)
                if left is None or right is None:
                    return None
                return {"+": left | right, "*": left & right}.get(node.operator, 0)
            case tree.CallFunction():
                return 0 if node.function.name in _SIZES else None
        return None

    def is_not_negative(self, node: Expression) -> bool:
        """The number is surely 0 or more; text keys count as such."""
        return (isinstance(node, tree.Const) and isinstance(node.value, str)) or self.least(node) is not None

    def is_small(self, node: Expression) -> bool:
        """An integer that is far from 64 bits, whatever the script does."""
        match node:
            case tree.Const():
                return is_small_constant(node)
            case tree.Variable():
                return node.name in self.bounded
            case tree.CallFunction():
                return node.function.name in _SIZES
            case tree.Binary(operator="+" | "-"):
                return self.is_small(node.left) and self.is_small(node.right)
            case tree.Binary(operator="*", left=tree.Variable() | tree.Const(), right=tree.Variable() | tree.Const()):
                return self.is_small(node.left) and self.is_small(node.right)
        return False

    # ---- names and points

    def temporary(self, prefix: str = "_t") -> str:
        """A new name; the prefix says what it is for and whether it is kept while the script waits."""
        self._temporaries += 1
        return f"{prefix}{self._temporaries}"

    def point(
        self,
        statement: ast.stmt,
        marked: ast.expr | ast.stmt,
        target: str | None,
        at: At,
        out: list[Node],
        keyword: Keyword | None = None,
    ) -> None:
        """A statement that may suspend; `marked` is the node whose instruction raises Suspend."""
        number = len(self.points) + 1
        self.points[number] = PointPlace(at.span, keyword)
        at.mark(marked, number)
        out.append(Point(number, statement, target, at))

    def preempt(self, at: At, out: list[Node]) -> None:
        """`if _F: raise _P`: the flag is set from outside, the test is the only cost."""
        raising = at.raising(at.load("_P"))
        self.point(at.when(at.load("_F"), [raising], []), raising, None, at, out)

    # ---- settling values

    def set(self, name: str, value: Value, at: At) -> Py:
        """Assigns the value, by its slow form where the fast one refuses."""
        first, other = self.forms(value)
        assigned = at.assign(name, first)
        return Py([assigned] if other is None else [at.attempt([assigned], [at.assign(name, other)])])

    def forms(self, value: Value) -> tuple[ast.expr, ast.expr | None]:
        """(the form to take, the one for when Python refuses it)"""
        return (value.slow, None) if self.is_brief or not value.is_hard else (value.fast, value.slow)

    def settle(self, value: Value, out: list[Node], at: At) -> ast.expr:
        """The value in a new temporary."""
        name = self.temporary()
        out.append(self.set(name, value, at))
        return at.load(name)

    def plain(self, node: Expression, out: list[Node], *, stored: bool = False) -> ast.expr:
        """One Python expression that is safe to use once, here."""
        return self.plains([node], out, stored=stored)[0]

    def condition(self, value: Value, at: At, out: list[Node]) -> ast.expr:
        """One Python expression whose truth is the value's, safe to use once, here.

        Python's compiler makes jumps, and its interpreter quick comparisons, of tests inside a choice alone.
        """
        if not value.is_hard:
            return value.fast
        if self.is_brief or (type(value.fast) is not ast.Compare and type(value.fast) is not ast.BoolOp):
            return self.settle(value, out, at)
        return self.settle(Value(at.choose(value.fast, at.const(True), at.const(False)), value.slow), out, at)

    def plains(self, nodes: list[Expression], out: list[Node], *, stored: bool = False) -> list[ast.expr]:
        """One Python expression for each, safe to use once and in this order. `stored`: they will outlive the
        statement, so what may have grown is checked against the limits."""
        values = self.values(nodes, out, stored=stored)
        return [self.settle(v, out, At(n.span)) if v.is_hard else v.fast for n, v in zip(nodes, values, strict=True)]

    def values(self, nodes: list[Expression], out: list[Node], *, stored: bool = False) -> list[Value]:
        """The values, evaluated from left to right: what was read before a hoisted call is kept in a temporary."""
        found: list[Value] = []
        for node in nodes:
            if type(node) is tree.Const:  # as most are: nothing can come before it
                found.append(Value(const(node.value)))
                continue
            before = len(out)
            value = self.stored(node, out) if stored else self.value(node, out)
            if len(out) > before and found:
                hoisted = out[before:]
                del out[before:]
                for i, done in enumerate(found):
                    if not self._is_settled(nodes[i], done):
                        found[i] = Value(self.settle(done, out, At(nodes[i].span)))
                out += hoisted
            found.append(value)
        return found

    def stored(self, node: Expression, out: list[Node]) -> Value:
        """A value that is put away without a variable: checked, if the expression can have let it grow."""
        if type(node) is tree.Variable or type(node) is tree.ListOf or type(node) is tree.RecordOf:
            return self.value(node, out)  # what is put into a list or record is checked there
        before = self.grows_text, self.grows_number
        self.grows_text = self.grows_number = False
        value = self.value(node, out)
        if self.grows_text or self.grows_number:
            at = At(node.span)
            value = Value(
                self._checked(value.fast, node, at), self._checked(value.slow, node, at) if value.is_hard else None
            )
        self.grows_text, self.grows_number = before
        return value

    def _checked(self, value: ast.expr, node: Expression, at: At) -> ast.expr:
        if not self.type_of(node) & ~NUMBER:
            return at.call("fit", [value])
        if self.grows_number or not self.type_of(node) & INTEGER:
            return at.call("within_limits", [value])
        again, first = self.twice(value, at)
        return at.choose(at.is_type(first, "int"), again, at.call("within_limits", [again]))

    def _is_settled(self, node: Expression, value: Value) -> bool:
        """Nothing that runs later can change what the expression gives."""
        if isinstance(node, tree.Const) or (isinstance(node, tree.Variable) and self.is_private(node.name)):
            return True
        return isinstance(value.fast, ast.Name) and value.fast.id.startswith("_t")

    def twice(self, expression: ast.expr, at: At) -> tuple[ast.expr, ast.expr]:
        """(for later uses, for the first use) of an expression that must be evaluated once."""
        if is_atom(expression):
            return expression, expression
        name = self.temporary("_w")
        return at.load(name), at.named(name, expression)

    # ---- limits, checked where a value can grow by more than a constant

    def limits(self, name: str, bits: int, at: At) -> list[ast.stmt]:
        """Checks of a variable just assigned."""
        checks: list[ast.stmt] = []
        value = at.load(name)
        if self.grows_number and bits & (INTEGER | FLOAT):
            most = at.const(INTEGER_LIMIT)
            in_range = at.put(ast.Compare(at.minus(most), [ast.Lt(), ast.Lt()], [value, most]))
            fit = at.assign(name, at.call("fit_number", [value]))
            checks.append(fit if bits & ~NUMBER else at.when(at.negate(in_range), [fit], []))
        if self.grows_text:
            for kind, bit, limit, refuse in (
                ("str", TEXT, "_TEXT", "too_long"),
                ("list", LIST, "_ENTRIES", "too_big"),
            ):
                if not bits & bit:
                    continue
                test: ast.expr = at.compare(at.call("len", [value]), ast.Gt(), at.load(limit))
                if bits != bit:
                    test = at.both(at.is_type(value, kind), test)
                checks.append(at.when(test, [at.run(at.call(refuse, []))], []))
        return checks


def counted(node: Expression | None) -> Iterator[str]:
    """The variables that must not be negative for the value not to be."""
    match node:
        case tree.Variable():
            yield node.name
        case tree.Binary():
            yield from counted(node.left)
            yield from counted(node.right)


@lru_cache(SHARED)
def variable(name: str) -> Value:
    """The variable of the script, read: one value for all places, as nothing is ever changed in it."""
    return Value(load(python_name(name)))


def python_name(variable: str) -> str:
    """The Python name of a script's variable."""
    return "v_" + variable


def is_small_constant(node: tree.Const) -> bool:
    """An integer constant far from 64 bits."""
    return type(node.value) is int and -_SMALL < node.value < _SMALL


def is_positive(node: tree.Const) -> bool:
    """A constant number above 0."""
    return isinstance(node.value, int | float) and node.value > 0
