"""Assignments: to variables, to elements, and the text that grows by appending."""

import ast

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.expressions import Expressions, is_call
from tasktalk.interpreter.compiler.ir import Branch, Node, Py
from tasktalk.interpreter.compiler.lowering import Value, python_name
from tasktalk.interpreter.compiler.pyast import At, const, is_atom
from tasktalk.interpreter.inference import ANY, LIST, NULL, NUMBER, RECORD, TEXT
from tasktalk.interpreter.tree import Expression, walk

_UNHASHABLE = LIST | RECORD  # Python refuses to look for them among a record's names


class Assignments(Expressions):
    """LET in all its forms."""

    def assign(self, node: tree.Let, at: At, out: list[Node]) -> None:
        """One assignment."""
        if isinstance(node.target, tree.Index):
            self._set_item(node.target, node, at, out)
            return
        name = python_name(node.target.name)
        if type(node.value) is tree.Const:
            out.append(Py([at.assign(name, const(node.value.value))]))
            return
        if self._append_text(node, name, at, out):
            return
        self.wanted = name if is_call(node.value) and self.is_private(node.target.name) else None
        value = self.value(node.value, out)
        self.wanted = None
        if isinstance(value.fast, ast.Name) and value.fast.id == name:
            return
        step = self.set(name, value, at)
        if self.grows_text or self.grows_number:
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
        if bits != TEXT and any(is_call(n) for part in more for n in walk([part])):
            return False
        more.reverse()
        steps: list[Node] = []
        values = self.values(more, steps)
        if steps and not self.is_private(first.name):
            return False  # a hoisted call may change the variable: it must be read first
        out.extend(steps)
        added = self._joined([v.fast for v in values], more, at)
        inside: list[Node] = []
        if any(v.is_hard for v in values):
            slow = self._joined([v.slow for v in values], more, at, is_slow=True)
            added = self.settle(Value(added, slow), inside, at)
        code = self._appending(name, added, is_private=self.is_private(first.name), at=at)
        self.grows_text = any(not isinstance(p, tree.Const) and self.type_of(p) & ~NUMBER for p in more)
        self.grows_number = False
        code += self.limits(name, TEXT, at)
        inside.append(Py(code))
        if bits == TEXT:
            out += inside
            return True
        self.grows_text = False
        other: list[Node] = []
        step = self.set(name, self.value(node.value, other), at)
        step.code += self.limits(name, self.type_of(node.value), at)
        out.append(Branch(at.is_type(at.load(name), "str"), inside, [*other, step]))
        return True

    def _joined(self, values: list[ast.expr], parts: list[Expression], at: At, *, is_slow: bool = False) -> ast.expr:
        if len(parts) == 1 and self.type_of(parts[0]) == TEXT:
            return values[0]
        shown = [self.as_text(value, part, at, is_slow=is_slow) for value, part in zip(values, parts, strict=True)]
        return at.text_of(shown)

    def _appending(self, name: str, added: ast.expr, *, is_private: bool, at: At) -> list[ast.stmt]:
        if is_private:
            return [at.append(name, added)]
        # a cell holds a second reference, so the text is taken out of it while it grows; nothing between can raise
        code: list[ast.stmt] = []
        if not is_atom(added) or (isinstance(added, ast.Name) and added.id == name):
            more = self.temporary("_u")
            code.append(at.assign(more, added))
            added = at.load(more)
        grown = self.temporary("_u")
        return [
            *code,
            at.assign(grown, at.load(name)),
            at.assign(name, at.const(None)),
            at.append(grown, added),
            at.assign(name, at.load(grown)),
            at.assign(grown, at.const(None)),  # or the next append, in whatever procedure, would copy the whole text
        ]

    # ---- elements

    def _set_item(self, target: tree.Index, node: tree.Let, at: At, out: list[Node]) -> None:
        kinds = self.type_of(target.value) if isinstance(target.value, tree.Variable) else ANY
        is_field = isinstance(target.key, tree.Const) and isinstance(target.key.value, str)
        found = self.values([target.value, target.key, node.value], out)
        root, key = (self._kept(part, at, out) for part in found[:2])
        value = found[2]
        if self.grows_text or self.grows_number:
            name = self.temporary()
            out.append(self.set(name, value, at))
            out.append(Py(self.limits(name, self.type_of(node.value), at)))
            value = Value(at.load(name))
        is_direct = self.facts.spells_alike if is_field else kinds == LIST and self.is_not_negative(target.key)
        may_be_new = isinstance(target.value, tree.Variable) and bool(kinds & NULL)
        if value.is_hard and (may_be_new or not is_direct):
            value = Value(self.settle(value, out, at))
        setter = "put"
        if kinds == RECORD:  # what is not direct has asked already whether the field is there
            setter = "assign" if is_direct else "add_field"
        slow: list[ast.stmt] = [at.run(at.call(setter, [root, key, value.slow]))]
        if isinstance(target.value, tree.Variable) and may_be_new:
            made = at.assign(python_name(target.value.name), at.call("new_container", [key]))
            slow.insert(0, at.when(at.is_none(root), [made], []))
        native = at.assign_item(root, key, value.fast)
        if is_direct:
            out.append(Py([at.attempt([native], slow)]))  # whatever is no record, or no list, refuses
        elif is_field:
            out.append(Py([self._set_if_there(root, key, native, kinds, at, slow)]))
        else:
            out.append(Py(self._set_element(target, root, key, native, kinds, at, slow)))

    def _set_if_there(
        self, root: ast.expr, key: ast.expr, native: ast.stmt, kinds: int, at: At, slow: list[ast.stmt]
    ) -> ast.stmt:
        """The native assignment to a field that the record has; a new one may be meant for one that differs in case."""
        is_there = at.compare(key, ast.In(), root)
        test = is_there if kinds == RECORD else at.both(at.is_type(root, "dict"), is_there)
        return at.when(test, [native], slow)

    def _kept(self, value: Value, at: At, out: list[Node]) -> ast.expr:
        """The value as a name or a constant, to be used several times."""
        return value.fast if is_atom(value.fast) and not value.is_hard else self.settle(value, out, at)

    def _set_element(
        self,
        target: tree.Index,
        root: ast.expr,
        key: ast.expr,
        native: ast.stmt,
        kinds: int,
        at: At,
        slow: list[ast.stmt],
    ) -> list[ast.stmt]:
        """The native assignment where the types found at run time allow it."""
        is_list, is_record = kinds == LIST, not kinds & ~(RECORD | NULL)
        bits = self.type_of(target.key)
        step = slow
        if bits & TEXT and not is_list:  # a record with a key known only at run time
            step = [self._set_if_there(root, key, native, kinds, at, slow)]
            if bits & _UNHASHABLE:
                step = [at.attempt(step, slow)]
        if not bits & NUMBER or is_record:
            return step
        tests = [] if is_list else [at.is_type(root, "list")]
        if not self.is_not_negative(target.key):
            if bits & ~NUMBER:
                tests.append(at.is_type(key, "int"))
            tests.append(at.compare(key, ast.GtE(), at.const(0)))
        return [at.when(at.both(*tests), [at.attempt([native], slow)], step)]

    def push(self, node: tree.CallFunction, at: At, out: list[Node]) -> None:
        """PUSH as a statement: the list's own append where it is a list and below the limit."""
        target, value = self.plains(node.arguments, out, stored=True)
        target = self._kept(Value(target), at, out)
        room = at.compare(at.call("len", [target]), ast.Lt(), at.load("_ENTRIES"))
        test = room if self.type_of(node.arguments[0]) == LIST else at.both(at.is_type(target, "list"), room)
        native, slow = at.run(at.call("append", [target, value])), at.run(at.call("b_push", [target, value]))
        out.append(Py([at.when(test, [native], [slow])]))
