"""The intermediate form to Python statements."""

import ast

from tasktalk.interpreter.compiler.ir import Blocks, Branch, Count, Each, Guard, Node, Once, Point, Py, While
from tasktalk.interpreter.compiler.pyast import At


def emit(nodes: list[Node], at: At, *, counts: bool = False) -> list[ast.stmt]:
    """Python for the nodes; `at` is the place of what has none of its own. `counts`: it counts its statements."""
    return _Emitter(at, counts=counts).emit(nodes)


class _Emitter:
    def __init__(self, at: At, *, counts: bool) -> None:
        self._at, self._counts = at, counts

    def emit(self, nodes: list[Node]) -> list[ast.stmt]:
        at = self._at
        code: list[ast.stmt] = []
        for node in nodes:
            if type(node) is Py:
                code += node.code
            elif type(node) is Count:
                if self._counts:
                    code.append(at.append("_C", at.const(node.statements)))
            elif type(node) is Point:
                code.append(node.code)
            elif type(node) is Branch:
                then, otherwise = self._body(node.then), self.emit(node.otherwise)
                fast = at.when(node.test, then, otherwise)
                slow = node.slow
                code.append(fast if slow is None else at.attempt([fast], [at.when(slow, then, otherwise)]))
            elif type(node) is While:
                code.append(at.put(ast.While(node.test, self._body(node.body), [])))
            elif type(node) is Each:
                items, body = node.at.load(node.items), self._body(node.body)
                otherwise = self.emit(node.otherwise)
                code.append(node.at.put(ast.For(node.at.store(node.variable), items, body, otherwise)))
            elif type(node) is Once:
                # `break` in the rest of the body leaves the loop for good, all else goes on with it
                body, loop = self._body(node.body), self.emit([node.loop])
                code.append(at.put(ast.For(at.store("_"), at.load("_ONCE"), body, loop)))
            elif type(node) is Guard:
                code.append(self._guard(node))
            elif type(node) is Blocks:
                code += self._blocks(node)
        return code

    def _body(self, nodes: list[Node]) -> list[ast.stmt]:
        return self.emit(nodes) or [self._at.nothing()]

    def _guard(self, node: Guard) -> ast.Try:
        at = self._at
        keep = at.assign(node.error, at.call("caught", [at.load("_x")]))
        handlers = [at.put(ast.ExceptHandler(at.load("_E"), "_x", [keep]))]
        if node.can_leave:
            handlers.append(at.put(ast.ExceptHandler(at.load("_L"), None, [at.nothing()])))
        return at.put(ast.Try(self._body(node.body), handlers, [], []))

    def _choice(self, blocks: list[list[Node]], low: int, high: int) -> list[ast.stmt]:
        """The block of the number `pc`, found by halves."""
        if high - low == 1:
            return self._body(blocks[low])
        at, middle = self._at, (low + high) // 2
        test = at.compare(at.load("pc"), ast.Lt(), at.const(middle))
        return [at.when(test, self._choice(blocks, low, middle), self._choice(blocks, middle, high))]

    def _blocks(self, node: Blocks) -> list[ast.stmt]:
        at = self._at
        start = at.assign("pc", at.const(node.entry))
        loop = at.put(ast.While(at.const(True), self._choice(node.blocks, 0, len(node.blocks)), []))
        if not node.watches:
            return [start, loop]
        after = at.numbers(node.after)
        mode: list[ast.expr] = [at.const(None), at.const(None)]
        if node.has_modes:
            mode = [at.load("_oe"), at.load("_failed")]
        arguments = [at.load("_error"), at.load("pc"), *mode, at.numbers(node.catch), at.numbers(node.after)]
        base: ast.expr = at.load("pc")
        if node.entry:  # RESUME must name the block that a later resume knows too
            is_extra = at.compare(at.load("pc"), ast.Eq(), at.const(node.entry))
            base = at.choose(is_extra, at.const(node.origin), at.load("pc"))
        handle: list[ast.stmt] = [
            at.assign("_error", at.call("caught", [at.load("_x")])),
            at.assign("_f", base),
            at.assign("pc", at.call("handler", arguments)),
        ]
        if node.has_modes:
            failed = at.call("failed", [at.load("_f"), at.load("pc"), at.load("_oe")])
            handle.append(at.assign("_failed", failed))
            handle.append(at.assign("v_ERROR", at.call("error_record", [at.load("_error")])))
        guard = at.put(ast.Try([loop], [at.put(ast.ExceptHandler(at.load("_E"), "_x", handle))], [], []))
        return [start, at.assign("_after", after), at.put(ast.While(at.const(True), [guard], []))]
