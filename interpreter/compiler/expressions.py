"""Expressions to Python.

Whatever has an effect (a procedure, a keyword, another script) is hoisted in front of its statement, from left to
right, so that what stays in the statement can be evaluated again by its slow form.
"""

import ast

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.arithmetic import COMPARE, Arithmetic
from tasktalk.interpreter.compiler.inline import INLINE, Inline
from tasktalk.interpreter.compiler.ir import Branch, Node, Py
from tasktalk.interpreter.compiler.lowering import NOBODY, Value, variable
from tasktalk.interpreter.compiler.pyast import At, const, is_atom, is_literal, load
from tasktalk.interpreter.function import Function
from tasktalk.interpreter.inference import LIST, NUMBER, RECORD, RESULT_BITS, TEXT
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.library.formats import inline_format
from tasktalk.interpreter.tree import Expression

_HOISTED = frozenset((tree.CallProcedure, tree.CallKeyword, tree.CallScript))


class Expressions(Arithmetic):
    """Every kind of expression."""

    def value(self, node: Expression, out: list[Node]) -> Value:
        wanted, self.wanted = self.wanted, None
        # a class pattern takes ten times as long as this question, which is asked of every node
        if type(node) is tree.Const:
            return Value(const(node.value))
        if type(node) is tree.Variable:
            return variable(node.name)
        at = At(node.span)
        if type(node) is tree.CallKeyword:
            before, self.is_brief = self.is_brief, self.may_be_brief
            record = at.dict_of(node.names, self.plains(node.arguments, out, stored=True))
            self.is_brief = before
            call = at.call("_K", [const(node.number), record])
            return self._hoist(call, node.keyword.is_async, at, out, wanted, node.keyword)
        if type(node) is tree.ListOf:
            items = self.values(node.items, out, stored=True)
            fast = at.list_of([v.fast for v in items])
            return Value(fast, at.list_of([v.slow for v in items]) if any(v.is_hard for v in items) else None)
        if type(node) is tree.Binary:
            return self._is_part(node, at, out) or self.binary(node, at, out)
        if type(node) is tree.Interpolation:
            return self.interpolation(node, at, out)
        if type(node) is tree.Index:
            return self._index(node, at, out)
        if type(node) is tree.CallFunction:
            return self._function(node, at, out, wanted)
        if type(node) is tree.Logic:
            return self._logic(node, at, out)
        if type(node) is tree.Not:
            value = self.value(node.value, out)
            return Value(at.negate(value.fast), at.negate(value.slow) if value.is_hard else None)
        if type(node) is tree.Choose:
            return self._choose(node, at, out)
        if type(node) is tree.RecordOf:
            items = self.values(node.items, out, stored=True)
            fast_record = at.dict_of(node.keys, [v.fast for v in items])
            is_hard = any(v.is_hard for v in items)
            return Value(fast_record, at.dict_of(node.keys, [v.slow for v in items]) if is_hard else None)
        if type(node) is tree.Predefined:
            return Value(at.call("predefined", [load("_H"), const(node.name)]))
        if type(node) is tree.Helper:
            if node.name == "is_null":
                return self._is_null(node, at, out)
            return self._pure_call(node.name, [], node.arguments, at, out)
        if type(node) is tree.CallProcedure:
            arguments = self.plains(node.arguments, out, stored=True)
            may_suspend = node.name in self.facts.resumable
            return self._hoist(at.call("p_" + node.name, arguments), may_suspend, at, out, wanted)
        if type(node) is tree.CallScript:
            script, *arguments = self.plains([node.script, *node.arguments], out, stored=True)
            return self._hoist(at.call("_S", [script, at.list_of(arguments)]), True, at, out, wanted)
        raise TypeError(node)

    # ---- choices

    def _logic(self, node: tree.Logic, at: At, out: list[Node]) -> Value:
        left = self.value(node.left, out)
        inner: list[Node] = []
        right = self.value(node.right, inner)
        if inner:
            name = self.temporary()
            out.append(self.set(name, left, at))
            inner.append(self.set(name, right, at))
            test: ast.expr = at.load(name)
            if node.operator != "AND":
                test = at.negate(test) if node.operator == "OR" else at.is_none(test)
            out.append(Branch(test, inner, []))
            return Value(at.load(name))
        is_hard = left.is_hard or right.is_hard
        fast = self._logic_form(node.operator, left.fast, right.fast, at)
        return Value(fast, self._logic_form(node.operator, left.slow, right.slow, at) if is_hard else None)

    def _logic_form(self, operator: str, left: ast.expr, right: ast.expr, at: At) -> ast.expr:
        if operator == "AND":
            return at.both(left, right)
        if operator == "OR":
            return at.either(left, right)
        again, first = self.twice(left, at)
        return at.choose(at.is_none(first), right, again)

    def _choose(self, node: tree.Choose, at: At, out: list[Node]) -> Value:
        test = self.value(node.test, out)
        yes: list[Node] = []
        no: list[Node] = []
        first, second = self.value(node.yes, yes), self.value(node.no, no)
        if yes or no:
            name = self.temporary()
            yes.append(self.set(name, first, at))
            no.append(self.set(name, second, at))
            out.append(Branch(self.settle(test, out, at) if test.is_hard else test.fast, yes, no))
            return Value(at.load(name))
        is_hard = test.is_hard or first.is_hard or second.is_hard
        slow = at.choose(test.slow, first.slow, second.slow) if is_hard else None
        return Value(at.choose(test.fast, first.fast, second.fast), slow)

    # ---- elements

    def _index(self, node: tree.Index, at: At, out: list[Node]) -> Value:
        value, key = self.values([node.value, node.key], out)
        reader = "field" if self.type_of(node.value) == RECORD else "get"
        slow = at.call(reader, [value.slow, key.slow])
        if isinstance(node.key, tree.Const) and node.key.value == "length":
            if self.type_of(node.value) == TEXT:
                return Value(at.call("len", [value.fast]), slow if value.is_hard else None)
            if is_atom(value.fast):
                is_list = at.is_type(value.fast, "list")
                return Value(at.choose(is_list, at.call("len", [value.fast]), at.call("get", [value.fast, key.fast])))
            return Value(at.call("get", [value.fast, key.fast]), slow if value.is_hard else None)
        if is_literal(value.fast):
            return Value(at.call("get", [value.fast, key.fast]), slow if value.is_hard or key.is_hard else None)
        if self.type_of(node.value) == RECORD and is_atom(value.fast) and not isinstance(node.key, tree.Const):
            # a key made at run time is often missing, which costs more to refuse than to ask
            again, first = self.twice(key.fast, at)
            is_there = at.compare(first, ast.In(), value.fast)
            missing = at.call("missing", [value.fast, again])
            return Value(at.choose(is_there, at.item(value.fast, again), missing), slow)
        return Value(at.item(value.fast, self._checked_key(node.key, key.fast, at)), slow)

    def _checked_key(self, node: Expression, key: ast.expr, at: At) -> ast.expr:
        """Python would count a negative position from the end."""
        bits = self.type_of(node)
        if bits == TEXT or self.is_not_negative(node):
            return key
        again, first = self.twice(key, at)
        test: ast.expr = at.compare(first, ast.GtE(), at.const(0))
        if bits & ~NUMBER:
            test = at.either(at.is_type(first, "str"), at.compare(again, ast.GtE(), at.const(0)))
        return at.choose(test, again, at.call("below", [again]))

    def _is_null(self, node: tree.Helper, at: At, out: list[Node]) -> Value:
        """A row list without rows is null too."""
        argument = node.arguments[0]
        value = self.value(argument, out)
        test, _ = self._null_test(argument, value.fast, at)
        return Value(test, at.call("is_null", [value.slow]) if value.is_hard else None)

    def _null_test(self, node: Expression, value: ast.expr, at: At) -> tuple[ast.expr, ast.expr]:
        """(the test, the value behind it)"""
        again, first = self.twice(value, at)
        if not self.type_of(node) & LIST:
            return at.is_none(first), again
        return at.either(at.is_none(first), at.both(at.negate(again), at.is_type(again, "Rows"))), again

    # ---- calls

    def _pure_call(
        self, name: str, first: list[ast.expr], arguments: list[Expression], at: At, out: list[Node]
    ) -> Value:
        values = self.values(arguments, out)
        fast = at.call(name, [*first, *(v.fast for v in values)])
        is_hard = any(v.is_hard for v in values)
        return Value(fast, at.call(name, [*first, *(v.slow for v in values)]) if is_hard else None)

    def _native_call(self, function: Function, arguments: list[Expression], at: At, out: list[Node]) -> Value:
        values = self.values(arguments, out)
        fast = at.call("n_" + function.name.lower(), [v.fast for v in values])
        suits = 0
        for word in function.suits:
            suits |= RESULT_BITS[word]
        self.is_brief = self.is_brief and not suits & NUMBER
        is_hard = any(v.is_hard for v in values) or any(self.type_of(a) & ~suits for a in arguments)
        return Value(fast, at.call("b_" + function.name.lower(), [v.slow for v in values]) if is_hard else None)

    def _function(self, node: tree.CallFunction, at: At, out: list[Node], wanted: str | None) -> Value:
        function = node.function
        if function.name == "FORMAT" and len(node.arguments) == 2:
            formatted = self._format(node, at, out)
            if formatted is not None:
                return formatted
        name, first = "b_" + function.name.lower(), list[ast.expr]()
        if function.needs_host:
            first.append(at.load("_H"))
        if function.name == "COALESCE" and len(node.arguments) == 2:
            return self._coalesce(node.arguments, at, out)
        inline = INLINE.get((function.name, len(node.arguments)))
        if inline is not None and self.type_of(node.arguments[0]) & TEXT:
            return self._inlined(inline, name, node.arguments, at, out)
        if function.is_pure:
            if function.native is None or len(node.arguments) != function.least:
                return self._pure_call(name, first, node.arguments, at, out)
            self.grows_text = self.grows_text or function.returns == "text"
            return self._native_call(function, node.arguments, at, out)
        arguments = self.plains(node.arguments, out, stored=True)
        return self._hoist(at.call(name, [*first, *arguments]), False, at, out, wanted)

    def _coalesce(self, arguments: list[Expression], at: At, out: list[Node]) -> Value:
        value, other = self.values(arguments, out)
        test, again = self._null_test(arguments[0], value.fast, at)
        is_hard = value.is_hard or other.is_hard
        slow = at.call("b_coalesce", [value.slow, other.slow]) if is_hard else None
        return Value(at.choose(test, other.fast, again), slow)

    def _inlined(self, inline: Inline, name: str, arguments: list[Expression], at: At, out: list[Node]) -> Value:
        values = self.values(arguments, out)
        pairs = [self.twice(v.fast, at) for v in values]
        least = [self.least(a) if is_atom(v.fast) else None for a, v in zip(arguments, values, strict=True)]
        tests, inlined = inline(at, [first for _, first in pairs], [again for again, _ in pairs], least)
        again, first = pairs[0]
        if first is not again or self.type_of(arguments[0]) != TEXT:
            tests.insert(0, at.is_type(first, "str"))
        slow = at.call(name, [v.slow for v in values])
        if not tests:
            return Value(inlined, slow)
        # what is behind a test that failed is not bound: the call evaluates all anew
        call = at.call(name, [v.fast for v in values])
        return Value(at.choose(at.both(*tests), inlined, call), slow)

    def _is_part(self, node: tree.Binary, at: At, out: list[Node]) -> Value | None:
        """INSTR compared with 0, which asks whether a text has another one in it, not where."""
        if type(node.left) is not tree.CallFunction:
            return None
        match node:
            case tree.Binary(">" | "=" | "<>", tree.CallFunction(arguments=[_, _] as parts) as call, tree.Const(0)):
                if call.function.name != "INSTR":
                    return None
            case _:
                return None
        operator = COMPARE[node.operator]
        text, part = self.values(parts, out)
        is_text = self.type_of(parts[0]) == TEXT
        again, first = (text.fast, text.fast) if is_text else self.twice(text.fast, at)
        is_in = at.compare(part.fast, ast.NotIn() if node.operator == "=" else ast.In(), again)
        place = at.compare(at.call("b_instr", [again, part.fast]), operator, at.const(0))
        slow = at.compare(at.call("b_instr", [text.slow, part.slow]), operator, at.const(0))
        return Value(is_in if is_text else at.choose(at.is_type(first, "str"), is_in, place), slow)

    def _format(self, node: tree.CallFunction, at: At, out: list[Node]) -> Value | None:
        """FORMAT with a pattern that Python has too: integers, which need no rounding, are done in line."""
        pattern = node.arguments[1]
        if not isinstance(pattern, tree.Const) or not isinstance(pattern.value, str):
            return None
        found = inline_format(pattern.value)
        if found is None:
            return None
        before, python, behind = found
        value = self.value(node.arguments[0], out)
        again, first = self.twice(value.fast, at)
        is_exact = at.both(at.is_type(first, "int"), at.is_short(again, again))
        parts = [at.const(before), at.formatted(again, python), at.const(behind)]
        call = at.call("b_format", [at.load("_H"), again, at.const(pattern.value)])
        slow = at.call("b_format", [at.load("_H"), value.slow, at.const(pattern.value)]) if value.is_hard else None
        return Value(at.choose(is_exact, at.text_of(parts), call), slow)

    def _hoist(
        self,
        call: ast.Call,
        may_suspend: bool,
        at: At,
        out: list[Node],
        wanted: str | None,
        keyword: Keyword | None = None,
    ) -> Value:
        if wanted == NOBODY:
            self.temporary()  # the numbers of those that follow are in states that wait
            if may_suspend:
                self.point(at.run(call), call, None, at, out, keyword)
            else:
                out.append(Py([at.run(call)]))
            return Value(at.const(None))
        name = wanted or self.temporary()
        if may_suspend:
            self.point(at.assign(name, call), call, name, at, out, keyword)
        else:
            out.append(Py([at.assign(name, call)]))
        return Value(at.load(name))


def is_call(node: tree.Node) -> bool:
    """The expression is one hoisted call, whose result may go straight into a variable."""
    if type(node) is tree.CallFunction:
        return not node.function.is_pure
    return type(node) in _HOISTED
