"""The intermediate form to Python statements."""

import ast

from tasktalk.interpreter.compiler.ir import Blocks, Branch, Each, Guard, Node, Once, Point, Py, While
from tasktalk.interpreter.compiler.pyast import At


def emit(nodes: list[Node], at: At) -> list[ast.stmt]:
    """Python for the nodes; `at` is the place of what has none of its own."""
    code: list[ast.stmt] = []
    for node in nodes:
        match node:
            case Py():
                code += node.code
            case Point():
                code.append(node.code)
            case Branch():
                then, otherwise = _body(node.then, at), emit(node.otherwise, at)
                fast = at.when(node.test, then, otherwise)
                code.append(fast if node.slow is None else at.attempt([fast], [at.when(node.slow, then, otherwise)]))
            case While():
                code.append(at.put(ast.While(node.test, _body(node.body, at), [])))
            case Each():
                items, body = node.at.load(node.items), _body(node.body, at)
                otherwise = emit(node.otherwise, at)
                code.append(node.at.put(ast.For(node.at.store(node.variable), items, body, otherwise)))
            case Once():  # `break` in the rest of the body leaves the loop for good, all else goes on with it
                body, loop = _body(node.body, at), emit([node.loop], at)
                code.append(at.put(ast.For(at.store("_"), at.load("_ONCE"), body, loop)))
            case Guard():
                code.append(_guard(node, at))
            case Blocks():
                code += _blocks(node, at)
    return code


def _body(nodes: list[Node], at: At) -> list[ast.stmt]:
    return emit(nodes, at) or [at.nothing()]


def _guard(node: Guard, at: At) -> ast.Try:
    keep = at.assign(node.error, at.call("caught", [at.load("_x")]))
    handlers = [at.put(ast.ExceptHandler(at.load("_E"), "_x", [keep]))]
    if node.can_leave:
        handlers.append(at.put(ast.ExceptHandler(at.load("_L"), None, [at.nothing()])))
    return at.put(ast.Try(_body(node.body, at), handlers, [], []))


def _choice(blocks: list[list[Node]], low: int, high: int, at: At) -> list[ast.stmt]:
    """The block of the number `pc`, found by halves."""
    if high - low == 1:
        return _body(blocks[low], at)
    middle = (low + high) // 2
    test = at.compare(at.load("pc"), ast.Lt(), at.const(middle))
    return [at.when(test, _choice(blocks, low, middle, at), _choice(blocks, middle, high, at))]


def _blocks(node: Blocks, at: At) -> list[ast.stmt]:
    start = at.assign("pc", at.const(node.entry))
    loop = at.put(ast.While(at.const(True), _choice(node.blocks, 0, len(node.blocks), at), []))
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
