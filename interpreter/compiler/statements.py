"""Statements to the intermediate form: choices, loops, TRY, and the ways out of them."""

import ast
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, TypeAlias

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.assignments import Assignments
from tasktalk.interpreter.compiler.expressions import is_call
from tasktalk.interpreter.compiler.ir import Branch, Count, Each, Guard, Node, Py, While
from tasktalk.interpreter.compiler.lowering import NOBODY, Value, python_name
from tasktalk.interpreter.compiler.pyast import At, is_atom
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.inference import INTEGER
from tasktalk.interpreter.tree import MAIN, Expression, Statement, walk

Onward: TypeAlias = Literal["CONTINUE", "RETURN"] | None
"""What the end of a block comes to where nothing follows: the next round of its loop, or the procedure's end."""

_SHORT = 8  # nodes of a statement that may stand twice


@dataclass(eq=False, slots=True)
class Frame:
    """A construct that EXIT, CONTINUE and RETURN may have to pass: a loop, or a TRY with a FINALLY.

    `flag` is the variable that tells which of the `leaves` is on its way.
    """

    kind: str
    flag: str
    leaves: "dict[str, Way]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """A way out: of a loop, to its next round, or of the procedure."""

    kind: Literal["EXIT", "CONTINUE", "RETURN"]
    goal: Frame | None


class Statements(Assignments):
    """A procedure without jumps, and the parts of one with jumps that no jump enters or leaves."""

    def lower(self) -> list[Node]:
        """The whole procedure."""
        self.frames: list[Frame] = []
        return self.block(self.body, onward="RETURN")

    def block(self, nodes: list[Statement], *, is_loop: bool = False, onward: Onward = None) -> list[Node]:
        """The statements in order. A round of a loop counts as one more, so that an empty one counts."""
        count = len(nodes) + is_loop
        out: list[Node] = [Count(count)] if count else []
        for node in nodes:
            self.grows_text = self.grows_number = False
            self.is_brief = self.runs_once and not self.frames
            self.statement(node, out, onward if node is nodes[-1] else None)
        return out

    def statement(self, node: Statement, out: list[Node], onward: Onward = None) -> None:
        """One statement."""
        at = At(node.span)
        if type(node) is tree.Do:  # the most frequent first: a class pattern takes its time
            self._do(node, at, out)
            return
        if type(node) is tree.Let:
            self.assign(node, at, out)
            return
        if type(node) is tree.If:
            self._if(node, at, out, onward)
            return
        match node:
            case tree.Print():
                text = self.plain(node.value, out)
                out.append(Py([at.run(at.call("log", [at.load("_H"), text]))]))
            case tree.For():
                self._for(node, at, out)
            case tree.ForEach():
                self._for_each(node, at, out)
            case tree.Loop():
                self._loop(node, at, out)
            case tree.Exit():
                self._way_out(Way("EXIT", self._find_loop(node.kind)), at, out)
            case tree.Continue():
                self._way_out(Way("CONTINUE", self._find_loop(node.kind)), at, out)
            case tree.Return():
                self._return(node, at, out)
            case tree.Stop():
                out.append(Py([at.raising(at.load("_STOP"))]))
            case tree.Try():
                self._try(node, at, out)
            case tree.Throw():
                parts = [node.value] if node.code is None else [node.value, node.code]
                out.append(Py([at.raising(at.call("thrown", self.plains(parts, out)))]))
            case _:
                raise TypeError(node)  # jumps are in block form

    def _do(self, node: tree.Do, at: At, out: list[Node]) -> None:
        if isinstance(node.value, tree.CallFunction) and node.value.function.name == "PUSH":
            self.push(node.value, At(node.value.span), out)
            return
        self.wanted = NOBODY
        value = self.value(node.value, out)
        if not is_atom(value.fast):
            out.append(Py([at.run(self.settle(value, out, at) if value.is_hard else value.fast)]))

    def _if(self, node: tree.If, at: At, out: list[Node], onward: Onward) -> None:
        value = self.value(node.test, out)
        if value.is_hard and onward and not node.otherwise:  # who leaves here need not tell an `if` behind the `try`
            leaves = at.continuing() if onward == "CONTINUE" else at.returning(at.const(None))
            out.append(self._leaving(value, leaves, at, when=False))
            out += self.block(node.then, onward=onward)
            return
        if value.is_hard and all(map(self._is_simple, (*node.then, *node.otherwise))):
            first, other = self.forms(value)
            out.append(Branch(first, self.block(node.then), self.block(node.otherwise), other))
            return
        test = self.condition(value, At(node.test.span), out)
        out.append(Branch(test, self.block(node.then, onward=onward), self.block(node.otherwise, onward=onward)))

    def _leaving(self, value: Value, leaves: ast.stmt, at: At, *, when: bool) -> Branch:
        """`leaves` where the truth of the value is `when`."""
        first, other = self.forms(value)
        if not when:
            first, other = at.negate(first), None if other is None else at.negate(other)
        return Branch(first, [Py([leaves])], [], other)

    def _is_simple(self, node: Statement) -> bool:
        """So short that it may stand twice, without calls that are hoisted or wait; it sees to its own refusals."""
        match node:
            case tree.Let(target=tree.Variable()) | tree.Return() | tree.Exit() | tree.Continue():
                pass
            case tree.Do(value=tree.CallFunction() as call) if call.function.name == "PUSH":
                return all(isinstance(argument, tree.Const | tree.Variable) for argument in call.arguments)
            case _:
                return False
        one: list[Statement] = [node]
        parts = list(islice(walk(one), _SHORT))
        return len(parts) < _SHORT and not any(is_call(part) for part in parts)

    # ---- FOR

    def _for(self, node: tree.For, at: At, out: list[Node]) -> None:
        limits: list[Expression] = [node.start, node.stop, node.step]
        bits = self.type_of(node.start) | self.type_of(node.stop) | self.type_of(node.step)
        kept: list[ast.expr] = []
        for value in self.plains(limits, out):
            if isinstance(value, ast.Constant):
                kept.append(value)
            else:
                name = self.temporary()
                out.append(Py([at.assign(name, value)]))
                kept.append(at.load(name))
        start, stop, step = kept
        loop = self._enter("FOR")
        if self._is_assigned_inside(node):
            self._for_as_while(node, start, stop, step, at, out)
        else:
            is_range = bits == INTEGER and isinstance(step, ast.Constant) and bool(step.value)
            self._for_as_iterator(node, start, stop, step, at, out, is_range=is_range)
        self._leave(loop, at, out)

    def _for_as_iterator(
        self,
        node: tree.For,
        start: ast.expr,
        stop: ast.expr,
        step: ast.expr,
        at: At,
        out: list[Node],
        *,
        is_range: bool,
    ) -> None:
        name, items = python_name(node.variable), self.temporary("_i")
        if is_range and isinstance(step, ast.Constant) and isinstance(step.value, int):
            beyond = at.binary(stop, ast.Add() if step.value > 0 else ast.Sub(), at.const(1))
            source = at.call("iter", [at.call("range", [start, beyond] + ([step] if step.value != 1 else []))])
        else:
            source = at.call("steps", [start, stop, step])
        otherwise: list[Node] = []
        out.append(Py([at.assign(items, source)]))
        if self._is_read_outside(node):
            out.append(Py([at.assign(name, start)]))
            otherwise.append(Py([at.assign(name, at.call("finish", [at.load(name), stop, step]))]))
        body: list[Node] = []
        self.preempt(at, body)
        body += self.block(node.body, is_loop=True, onward="CONTINUE")
        out.append(Each(name, items, body, otherwise, at))

    def _for_as_while(
        self, node: tree.For, start: ast.expr, stop: ast.expr, step: ast.expr, at: At, out: list[Node]
    ) -> None:
        """The body assigns the loop's variable, so no iterator can run it."""
        name, first = python_name(node.variable), self.temporary()
        out.append(Py([at.assign(name, at.call("number", [start])), at.assign(first, at.const(True))]))
        here = at.call("number", [at.load(name)])  # the body may have assigned a text
        more = Py([at.assign(name, at.call("add", [here, step]))])
        body: list[Node] = [Branch(at.load(first), [Py([at.assign(first, at.const(False))])], [more])]
        ended = at.negate(at.call("inside", [at.load(name), stop, step]))
        body.append(Branch(ended, [Py([at.breaking()])], []))
        self.preempt(at, body)
        body += self.block(node.body, is_loop=True, onward="CONTINUE")
        out.append(While(at.const(True), body))

    def _is_assigned_inside(self, node: tree.For) -> bool:
        if any(assigns(n, node.variable) for n in walk(node.body)):
            return True
        if self.is_private(node.variable):
            return False
        return self.facts.assigning[node.variable] > 1

    def _is_read_outside(self, node: tree.For) -> bool:
        if not self.is_private(node.variable):
            return True
        inside = sum(isinstance(n, tree.Variable) and n.name == node.variable for n in walk(node.body))
        return self.survey.reads[node.variable] > inside

    # ---- other loops

    def _for_each(self, node: tree.ForEach, at: At, out: list[Node]) -> None:
        items = self.temporary("_i")
        out.append(Py([at.assign(items, at.call("each", [self.plain(node.value, out)]))]))
        loop = self._enter("FOR")
        body: list[Node] = []
        self.preempt(at, body)
        body += self.block(node.body, is_loop=True, onward="CONTINUE")
        out.append(Each(python_name(node.variable), items, body, [], at))
        self._leave(loop, at, out)

    def _loop(self, node: tree.Loop, at: At, out: list[Node]) -> None:
        loop = self._enter(node.kind)
        body: list[Node] = []
        # CONTINUE goes to the test at the end: that is put first then, but not the first time
        is_turned = node.until is not None and any(isinstance(n, tree.Continue) for n in walk(node.body))
        if is_turned and node.until is not None:
            first = self.temporary()
            out.append(Py([at.assign(first, at.const(True))]))
            again: list[Node] = []
            again.append(self._leaving(self.value(node.until, again), at.breaking(), at, when=True))
            body.append(Branch(at.load(first), [Py([at.assign(first, at.const(False))])], again))
        test: ast.expr = at.const(True)
        if node.test is not None:
            before: list[Node] = []
            value = self.value(node.test, before)
            if before or is_turned or value.is_hard or isinstance(value.fast, ast.Constant):
                body += [*before, self._leaving(value, at.breaking(), at, when=False)]
            else:
                test = value.fast
        self.preempt(at, body)
        last = None if is_turned else node.until
        body += self.block(node.body, is_loop=True, onward="CONTINUE" if last is None else None)
        if last is not None:
            body.append(self._leaving(self.value(last, body), at.breaking(), at, when=True))
        out.append(While(test, body))
        self._leave(loop, at, out)

    # ---- ways out

    def _enter(self, kind: str) -> Frame:
        frame = Frame(kind, self.temporary("_k"))
        self.frames.append(frame)
        self.is_brief = False
        return frame

    def _leave(self, frame: Frame, at: At, out: list[Node]) -> None:
        """Behind a construct: what passed through it goes on from here."""
        self.frames.pop()
        if not frame.leaves:
            return
        if frame.kind != "FINALLY":
            out.insert(len(out) - 1, Py([at.assign(frame.flag, at.const(None))]))
        for code, way in frame.leaves.items():
            onward: list[Node] = []
            self._way_out(way, at, onward)
            out.append(Branch(at.compare(at.load(frame.flag), ast.Eq(), at.const(code)), onward, []))

    def _way_out(self, way: Way, at: At, out: list[Node]) -> None:
        if way.goal is None and not any(f.kind == "FINALLY" for f in self.frames):
            out.append(Py([at.returning(at.load("_rv"))]))
            return
        top = self.frames[-1]
        if top is way.goal:
            out.append(Py([at.breaking() if way.kind == "EXIT" else at.continuing()]))
            return
        code = way.kind if way.goal is None else f"{way.kind} {self.frames.index(way.goal)}"
        top.leaves[code] = way
        onward: ast.stmt = at.raising(at.load("_L")) if top.kind == "FINALLY" else at.breaking()
        out.append(Py([at.assign(top.flag, at.const(code)), onward]))

    def _find_loop(self, kind: str | None) -> Frame:
        return next(f for f in reversed(self.frames) if f.kind != "FINALLY" and kind in (None, f.kind))

    def _return(self, node: tree.Return, at: At, out: list[Node]) -> None:
        value = Value(at.const(None)) if node.value is None else self.stored(node.value, out)
        if not any(f.kind == "FINALLY" for f in self.frames):
            fast: list[ast.stmt] = [at.returning(value.fast)]
            # never brief: what a frame keeps would change, as nothing is live behind a RETURN that is not in a `try`
            out.append(Py([at.attempt(fast, [at.returning(value.slow)])] if value.is_hard else fast))
            return
        out.append(self.set("_rv", value, at))
        self._way_out(Way("RETURN", None), at, out)

    # ---- TRY

    def _try(self, node: tree.Try, at: At, out: list[Node]) -> None:
        """CATCH and FINALLY are plain code behind Python's `try`, so that they can wait like any other."""
        final = self._enter("FINALLY") if node.final is not None else None
        body = self.block(node.body)
        target = out if final is None else []
        if node.catch is None:
            target += body
        else:
            error = self.temporary("_e")
            catch = self.block(node.catch)
            if node.variable:
                record = at.call("error_record", [at.load(error)])
                catch.insert(0, Py([at.assign(python_name(node.variable), record)]))
            target.append(Py([at.assign(error, at.const(None))]))
            target.append(Guard(body, error, can_leave=False))
            has_error = at.compare(at.load(error), ast.IsNot(), at.const(None))
            target.append(Branch(has_error, catch, []))
        if final is None or node.final is None:
            return
        self.frames.pop()
        out.append(Py([at.assign(final.flag, at.const(None))]))
        out.append(Guard(target, final.flag, can_leave=bool(final.leaves)))
        out += self.block(node.final)
        self.frames.append(final)
        self._leave(final, at, out)
        failed = at.compare(at.load(final.flag), ast.IsNot(), at.const(None))
        out.append(Branch(failed, [Py([at.raising(at.call("again", [at.load(final.flag)]))])], []))


def assigns(node: tree.Node, variable: str) -> bool:
    """The node itself assigns the variable."""
    match node:
        case tree.Let(target=tree.Variable(name=name)):
            return name == variable
        case tree.For(variable=name) | tree.ForEach(variable=name) | tree.Try(variable=name):
            return name == variable
    return False


def main_place(procedure: tree.Procedure) -> At:
    """Where a procedure begins."""
    line, column, *_ = procedure.span
    return At(procedure.span._replace(end_line=line, end_column=column + 1)) if procedure.name != MAIN else TOP


TOP = At(Span(1, 1, 1, 2))
