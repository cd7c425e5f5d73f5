"""Assignments: to variables, to elements, and the text that grows by appending."""

import ast

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.expressions import Expressions, is_call
from tasktalk.interpreter.compiler.ir import Branch, Node, Py
from tasktalk.interpreter.compiler.lowering import python_name
from tasktalk.interpreter.compiler.pyast import At, is_atom
from tasktalk.interpreter.inference import LIST, NULL, NUMBER, TEXT
from tasktalk.interpreter.tree import Expression, walk
from tasktalk.interpreter.values import LIST_LIMIT

_CALLS = (tree.CallProcedure, tree.CallKeyword, tree.CallScript, tree.CallFunction)


class Assignments(Expressions):
    """LET in all its forms."""

    def assign(self, node: tree.Let, out: list[Node]) -> None:
        """One assignment."""
        if isinstance(node.target, tree.Index):
            self._set_item(node.target, node, out)
            return
        at, name = At(node.span), python_name(node.target.name)
        if self._append_text(node, name, at, out):
            return
        self.wanted = name if is_call(node.value) and self.is_private(node.target.name) else None
        value = self.value(node.value, out)
        self.wanted = None
        if isinstance(value.fast, ast.Name) and value.fast.id == name:
            return
        step = self.set(name, value, at)
        step.code += self.limits(name, self.type_of(node.value), at)
        out.append(step)

    def _append_text(self, node: tree.Let, name: str, at: At, out: list[Node]) -> bool:
        """s = s + a + b: Python appends in place only to a local that holds the only reference."""
        more: list[Expression] = []
        first = node.value
        while isinstance(first, tree.Binary) and first.operator in ("+", "&"):
            more.append(first.right)
            first = first.left
        if not more or not isinstance(first, tree.Variable) or not isinstance(node.target, tree.Variable):
            return False
        bits = self.type_of(first)
        if first.name != node.target.name or not bits & TEXT:
            return False
        if bits != TEXT and any(isinstance(n, _CALLS) for part in more for n in walk([part])):
            return False
        more.reverse()
        steps: list[Node] = []
        values = self.values(more, steps)
        if steps and not self.is_private(first.name):
            return False  # a hoisted call may change the variable: it must be read first
        out.extend(steps)
        code: list[ast.stmt] = []
        texts: list[ast.expr] = []
        for part, value in zip(more, values, strict=True):
            fast = value.fast
            if value.is_hard:
                kept = self.temporary()
                code += self.set(kept, value, at).code
                fast = at.load(kept)
            texts.append(self.as_text(fast, part, at))
        code += self._appending(name, texts, is_private=self.is_private(first.name), at=at)
        self.grows_text = any(not isinstance(p, tree.Const) and self.type_of(p) & ~NUMBER for p in more)
        self.grows_number = False
        code += self.limits(name, TEXT, at)
        if bits == TEXT:
            out.append(Py(code))
            return True
        self.grows_text = False
        other: list[Node] = []
        step = self.set(name, self.value(node.value, other), at)
        step.code += self.limits(name, self.type_of(node.value), at)
        out.append(Branch(at.is_type(at.load(name), "str"), [Py(code)], [*other, step]))
        return True

    def _appending(self, name: str, texts: list[ast.expr], *, is_private: bool, at: At) -> list[ast.stmt]:
        added = texts[0]
        for part in texts[1:]:
            added = at.binary(added, ast.Add(), part)
        if is_private:
            return [at.append(name, added)]
        # a cell holds a second reference, so the text is taken out of it while it grows; nothing between can raise
        more, grown = self.temporary("_u"), self.temporary("_u")
        return [
            at.assign(more, added),
            at.assign(grown, at.load(name)),
            at.assign(name, at.const(None)),
            at.append(grown, at.load(more)),
            at.assign(name, at.load(grown)),
        ]

    # ---- elements

    def _set_item(self, target: tree.Index, node: tree.Let, out: list[Node]) -> None:
        at = At(node.span)
        root, key, value = self.plains([target.value, target.key, node.value], out)
        if self.grows_text or self.grows_number:
            name = self.temporary()
            out.append(Py([at.assign(name, value), *self.limits(name, self.type_of(node.value), at)]))
            value = at.load(name)
        if isinstance(target.value, tree.Variable) and self.type_of(target.value) & NULL:
            made = at.assign(python_name(target.value.name), at.call("new_container", [key]))
            out.append(Py([at.when(at.is_none(root), [made], [])]))
        slow = at.run(at.call("put", [root, key, value]))
        if not is_atom(root) or not is_atom(key):
            out.append(Py([slow]))
        elif isinstance(target.key, tree.Const) and isinstance(target.key.value, str):
            native = at.assign_item(root, key, value)
            out.append(Py([at.when(self._has_field(root, key, at), [native], [slow])]))
        else:
            out.append(Py([self._set_element(target, root, key, value, at, slow)]))

    def _set_element(
        self, target: tree.Index, root: ast.expr, key: ast.expr, value: ast.expr, at: At, slow: ast.stmt
    ) -> ast.stmt:
        """The native assignment where the types found at run time allow it."""
        is_list = isinstance(target.value, tree.Variable) and self.type_of(target.value) == LIST
        bits = self.type_of(target.key)
        step: ast.stmt = slow
        if bits & TEXT and not is_list:  # a record with a key known only at run time
            has_field = at.both(at.is_type(key, "str"), self._has_field(root, key, at))
            step = at.when(has_field, [at.assign_item(root, key, value)], [slow])
        if not bits & NUMBER:
            return step
        tests: list[ast.expr] = [] if is_list else [at.is_type(root, "list")]
        if not self.is_not_negative(target.key):
            if bits & ~NUMBER:
                tests.append(at.is_type(key, "int"))
            tests.append(at.compare(key, ast.GtE(), at.const(0)))
        native = at.attempt([at.assign_item(root, key, value)], [slow])
        if not tests:
            return native
        return at.when(tests[0] if len(tests) == 1 else at.both(*tests), [native], [step])

    def _has_field(self, root: ast.expr, key: ast.expr, at: At) -> ast.expr:
        """The record has exactly that field: one that it seems to lack it may have in another case."""
        return at.both(at.is_type(root, "dict"), at.compare(key, ast.In(), root))

    def push(self, node: tree.CallFunction, out: list[Node]) -> None:
        """PUSH as a statement: the list's own append where it is a list and below the limit."""
        at = At(node.span)
        target, value = self.plains(node.arguments, out, stored=True)
        if not is_atom(target):
            name = self.temporary()
            out.append(Py([at.assign(name, target)]))
            target = at.load(name)
        room = at.compare(at.call("len", [target]), ast.Lt(), at.const(LIST_LIMIT))
        test = at.both(at.is_type(target, "list"), room)
        native, slow = at.run(at.call("append", [target, value])), at.run(at.call("b_push", [target, value]))
        out.append(Py([at.when(test, [native], [slow])]))
