"""Procedures with labels, GOTO, GOSUB or ON ERROR: basic blocks in one loop that asks which block is next.

Compound statements that no jump enters or leaves stay native inside their block. In a procedure with ON ERROR every
statement is a block of its own, so that `pc` tells RESUME NEXT where to go on.
"""

import ast
from dataclasses import dataclass

from tasktalk.interpreter import tree
from tasktalk.interpreter.compiler.ir import Blocks, Count, Node, Py
from tasktalk.interpreter.compiler.lowering import python_name
from tasktalk.interpreter.compiler.pyast import At
from tasktalk.interpreter.compiler.statements import Statements, main_place
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.tree import JUMPS, Expression, Statement, children, walk


@dataclass(slots=True)
class Target:
    """A block that may not be there yet."""

    number: int = -1


@dataclass(slots=True)
class OpenLoop:
    kind: str
    again: Target
    end: Target


class NotCompilable(Exception):
    """A script is right by the rules of the language, but asks for what the compiler cannot do."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message, self.span = message, span


class Jumps(Statements):
    """A procedure in block form."""

    def lower(self) -> list[Node]:
        self.frames = []
        nodes = list(walk(self.body))
        self.has_gosub = any(isinstance(n, tree.Gosub) or (isinstance(n, tree.OnGoto) and n.is_gosub) for n in nodes)
        self.has_modes = self.watches = any(isinstance(n, tree.OnError | tree.Resume) for n in nodes)
        self.blocks: list[list[Node]] = []
        self.after: list[int] = []
        self.catch: list[Target] = []
        self.handlers = [Target()]
        self.loops: list[OpenLoop] = []
        self.labels = {n.name: Target() for n in nodes if isinstance(n, tree.Label)}
        self.fixes: list[tuple[ast.Constant, Target]] = []
        self.loop_heads: list[Target] = []
        self.unbegun: list[str] = []  # what a FOR keeps of its own, where a label stands in it
        at = main_place(self.facts.script.procedures[self.procedure])
        self._start()
        self._exploded(self.body)
        self._emit(Py([at.returning(at.const(None))]))
        for constant, target in self.fixes:
            constant.value = target.number
        self._add_preemption(at)
        setup: list[Node] = []
        if self.unbegun:  # a GOTO may lead into a FOR that has not begun
            setup.append(Py([at.assign(name, at.const(None)) for name in self.unbegun]))
        if self.has_gosub:
            setup.append(Py([at.assign("_gs", at.list_of([]))]))
        if self.has_modes:
            setup.append(Py([at.assign(name, at.const(None)) for name in ("_oe", "_failed")]))
        catch = [target.number for target in self.catch]
        return [*setup, Blocks(self.blocks, catch, self.after, self.watches, self.has_modes)]

    # ---- blocks

    def _start(self) -> int:
        """A new block; the one before does not run on into it by itself."""
        self.blocks.append([])
        self.catch.append(self.handlers[-1])
        self.after.append(-1)
        return len(self.blocks) - 1

    def _emit(self, *nodes: Node) -> None:
        self.blocks[-1].extend(nodes)

    def _reference(self, target: Target, at: At) -> ast.Constant:
        """The block's number, filled in when it is known."""
        constant = at.const(0)
        self.fixes.append((constant, target))
        return constant

    def _go(self, target: Target, at: At) -> None:
        self._emit(Py([at.assign("pc", self._reference(target, at))]))

    def _next(self, at: At) -> Target:
        """Ends this block by going to a new one."""
        target = Target(len(self.blocks))
        self._go(target, at)
        self._start()
        return target

    def _branch(self, test: ast.expr, yes: Target, no: Target, at: At) -> None:
        chosen = at.choose(test, self._reference(yes, at), self._reference(no, at))
        self._emit(Py([at.assign("pc", chosen)]))

    def _add_preemption(self, at: At) -> None:
        """A flag test at the start of each block that some jump goes back to (labels and loop heads), and a count."""
        heads = {target.number for target in (*self.loop_heads, *self.labels.values())}
        for number in sorted(heads):
            out: list[Node] = []
            self.preempt(at, out)
            self.blocks[number][:0] = [*out, Count(1)]

    # ---- which statements must be taken apart

    def _must_explode(self, node: Statement) -> bool:
        inside = list(walk([node]))
        if any(isinstance(n, JUMPS) for n in inside):
            return True
        if self.has_modes and not isinstance(node, tree.Try):
            return isinstance(node, tree.If | tree.For | tree.ForEach | tree.Loop)
        if self.has_gosub and any(isinstance(n, tree.Return) and n.value is None for n in inside):
            return True
        return leaves(node, ())

    def _exploded(self, nodes: list[Statement]) -> None:
        for node in nodes:
            at, mark = At(node.span), len(self.blocks) - 1
            begin = len(self.blocks[mark])
            if self._take(node, at):
                self.blocks[mark].insert(begin, Count(1))
            else:
                self._emit(*self.block([node]))
            if self.has_modes:
                following = self._next(at).number
                for number in range(mark, following):
                    if self.after[number] == -1:
                        self.after[number] = following

    def _take(self, node: Statement, at: At) -> bool:
        """Takes the statement apart; false where it can stay as it is."""
        match node:
            case tree.Label():
                self.labels[node.name].number = self._next(at).number
            case tree.Goto():
                self._go(self.labels[node.label], at)
                self._start()
            case tree.Gosub():
                back = Target(len(self.blocks))
                self._emit(Py([at.run(at.call("gosub", [at.load("_gs"), self._reference(back, at)]))]))
                self._go(self.labels[node.label], at)
                self._start()
            case tree.OnGoto():
                self._on_goto(node, at)
            case tree.OnError():
                mode: ast.expr = at.const(None if node.mode == "off" else -1)
                if node.mode not in ("off", "next"):
                    mode = self._reference(self.labels[node.mode], at)
                self._emit(Py([at.assign("_oe", mode)]))
            case tree.Resume():
                arguments = [at.load("_failed"), at.load("_after"), at.const(node.is_next)]
                goes_on = at.assign("pc", at.call("resume", arguments))
                self._emit(Py([goes_on, at.assign("_failed", at.const(None))]))
                self._start()
            case tree.Return():
                self._return_or_back(node, at)
            case tree.Exit() | tree.Continue():
                loop = next(x for x in reversed(self.loops) if node.kind in (None, x.kind))
                self._go(loop.end if isinstance(node, tree.Exit) else loop.again, at)
                self._start()
            case tree.If() if self._must_explode(node):
                self._take_if(node, at)
            case tree.For() if self._must_explode(node):
                self._take_for(node, at)
            case tree.ForEach() if self._must_explode(node):
                self._take_for_each(node, at)
            case tree.Loop() if self._must_explode(node):
                self._take_loop(node, at)
            case tree.Try() if self._must_explode(node):
                self._take_try(node, at)
            case _:
                return False
        return True

    # ---- jumps

    def _on_goto(self, node: tree.OnGoto, at: At) -> None:
        value = self._test(node.value)
        back = Target(len(self.blocks))
        targets = [back, *(self.labels[name] for name in node.labels)]
        table = at.put(ast.Tuple([self._reference(t, at) for t in targets], ast.Load()))
        chosen = at.item(table, at.call("choose_label", [value, at.const(len(node.labels))]))
        self._emit(Py([at.assign("pc", chosen)]))
        if node.is_gosub:
            jumped = at.compare(at.load("pc"), ast.NotEq(), self._reference(back, at))
            push = at.run(at.call("gosub", [at.load("_gs"), self._reference(back, at)]))
            self._emit(Py([at.when(jumped, [push], [])]))
        self._start()

    def _return_or_back(self, node: tree.Return, at: At) -> None:
        if self.has_gosub and node.value is None:
            back = at.assign("pc", at.call("pop", [at.load("_gs")]))
            self._emit(Py([at.when(at.load("_gs"), [back], [at.returning(at.const(None))])]))
        else:
            self._emit(*self.block([node]))
        self._start()

    def _test(self, node: Expression) -> ast.expr:
        """An expression, its hoisted steps in the block that is open."""
        steps: list[Node] = []
        value = self.plain(node, steps)
        self._emit(*steps)
        return value

    # ---- structure

    def _take_if(self, node: tree.If, at: At) -> None:
        test = self._test(node.test)
        otherwise, end = Target(), Target()
        self._branch(test, Target(len(self.blocks)), otherwise, at)
        self._start()
        self._exploded(node.then)
        self._go(end, at)
        otherwise.number = self._start()
        self._exploded(node.otherwise)
        end.number = self._next(at).number

    def _loop_body(self, kind: str, body: list[Statement], again: Target, end: Target) -> None:
        self.loops.append(OpenLoop(kind, again, end))
        self._exploded(body)
        self.loops.pop()

    def _note_limits(self, node: tree.For | tree.ForEach, names: list[str]) -> None:
        if any(isinstance(n, tree.Label) for n in walk(node.body)):
            self.unbegun += names

    def _take_for(self, node: tree.For, at: At) -> None:
        steps: list[Node] = []
        start, stop, step = self.plains([node.start, node.stop, node.step], steps)
        name, last, by = python_name(node.variable), self.temporary(), self.temporary()
        self._note_limits(node, [last, by])
        limits = [at.assign(x, at.call("number", [value])) for x, value in ((last, stop), (by, step), (name, start))]
        self._emit(*steps, Py([*limits]))
        again, end = Target(), Target()
        head = self._next(at)
        self.loop_heads.append(head)
        test = at.call("inside", [at.load(name), at.load(last), at.load(by)])
        self._branch(test, Target(len(self.blocks)), end, at)
        self._start()
        self._loop_body("FOR", node.body, again, end)
        again.number = self._next(at).number
        here = at.call("number", [at.load(name)])  # the body may have assigned a text
        self._emit(Py([at.assign(name, at.call("add", [here, at.load(by)]))]))
        self._go(head, at)
        end.number = self._start()

    def _take_for_each(self, node: tree.ForEach, at: At) -> None:
        items, found, name = self.temporary("_i"), self.temporary(), python_name(node.variable)
        self._note_limits(node, [items])
        self._emit(Py([at.assign(items, at.call("each", [self._test(node.value)]))]))
        end = Target()
        head = self._next(at)
        self.loop_heads.append(head)
        self._emit(Py([at.assign(found, at.call("following", [at.load(items), at.load("_END")]))]))
        has_more = at.compare(at.load(found), ast.IsNot(), at.load("_END"))
        self._branch(has_more, Target(len(self.blocks)), end, at)
        take = at.when(has_more, [at.assign(name, at.load(found))], [])
        self._emit(Py([take, at.assign(found, at.const(None))]))
        self._start()
        self._loop_body("FOR", node.body, head, end)
        self._go(head, at)
        end.number = self._start()

    def _take_loop(self, node: tree.Loop, at: At) -> None:
        again, end = Target(), Target()
        head = self._next(at)
        self.loop_heads.append(head)
        if node.test is not None:
            self._branch(self._test(node.test), Target(len(self.blocks)), end, at)
            self._start()
        self._loop_body(node.kind, node.body, again, end)
        again.number = self._next(at).number
        if node.until is not None:
            self._branch(self._test(node.until), end, head, at)
        else:
            self._go(head, at)
        end.number = self._start()

    def _take_try(self, node: tree.Try, at: At) -> None:
        """A TRY with labels inside: its blocks name the block that takes their errors."""
        if node.final is not None:
            raise NotCompilable("a jump into or out of a TRY with FINALLY is not possible here", node.span)
        self.watches = True
        caught, end = Target(), Target()
        self.handlers.append(caught)
        self._next(at)
        self._exploded(node.body)
        self._go(end, at)
        self.handlers.pop()
        caught.number = self._start()
        if node.variable:
            record = at.call("error_record", [at.load("_error")])
            self._emit(Py([at.assign(python_name(node.variable), record)]))
        self._exploded(node.catch or [])
        end.number = self._next(at).number


def leaves(node: tree.Node, open_kinds: tuple[str, ...]) -> bool:
    """EXIT or CONTINUE of a loop around the node; `open_kinds` are the loops between it and here."""
    match node:
        case tree.Exit() | tree.Continue():
            return not open_kinds or (node.kind is not None and node.kind not in open_kinds)
        case tree.For() | tree.ForEach():
            open_kinds = (*open_kinds, "FOR")
        case tree.Loop():
            open_kinds = (*open_kinds, node.kind)
    return any(leaves(child, open_kinds) for child in children(node))
