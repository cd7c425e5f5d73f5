"""The form between tree and Python: straight Python statements, points where a script may stop, and structure.

`rest` is what makes a script resumable: the code that is left to do behind one point, as the same kind of form.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tasktalk.interpreter.compiler.pyast import At


@dataclass(slots=True)
class Py:
    """Python statements that cannot suspend."""

    code: list[ast.stmt]


@dataclass(slots=True)
class Count:
    """So many statements begin here: code that counts adds them up, all other code has nothing for it."""

    statements: int


@dataclass(slots=True)
class Point:
    """A statement that may suspend; on resume `target` already holds the result."""

    number: int
    code: ast.stmt
    target: str | None
    at: At

    def thrown(self) -> Py:
        """What a resume runs first: the error that came instead of a result."""
        error = self.at.load("_err")
        has_error = self.at.compare(error, ast.IsNot(), self.at.const(None))
        return Py([self.at.when(has_error, [self.at.raising(error)], [])])


@dataclass(slots=True)
class Branch:
    """`slow` is the test for values for which Python refuses the other one; the arms are then such that it never
    refuses them, and stand in both.
    """

    test: ast.expr
    then: "list[Node]"
    otherwise: "list[Node]"
    slow: ast.expr | None = None


@dataclass(slots=True)
class While:
    test: ast.expr
    body: "list[Node]"


@dataclass(slots=True)
class Each:
    """FOR and FOR EACH: `items` is a variable that holds the iterator, and so the loop's whole state."""

    variable: str
    items: str
    body: "list[Node]"
    otherwise: "list[Node]"
    at: At


@dataclass(slots=True)
class Guard:
    """TRY: an error goes to `error` as data; CATCH and FINALLY are plain code after it.

    `can_leave`: a RETURN, EXIT or CONTINUE may come through, to run FINALLY first.
    """

    body: "list[Node]"
    error: str
    can_leave: bool


@dataclass(slots=True)
class Once:
    """The rest of a loop's body, then the loop itself."""

    body: "list[Node]"
    loop: "Node"


@dataclass(slots=True)
class Blocks:
    """A procedure with jumps: `pc` says which block is next. Each block ends by setting `pc`, or leaves.

    `catch` maps a block to the one that handles its errors, `after` to the one of the next statement (RESUME NEXT),
    or -1. `watches`: errors are caught. A resume adds one block, the rest of block `origin`, and enters there.
    """

    blocks: "list[list[Node]]"
    catch: list[int]
    after: list[int]
    watches: bool
    has_modes: bool
    entry: int = 0
    origin: int = 0


Node: TypeAlias = Py | Count | Point | Branch | While | Each | Guard | Once | Blocks


def parts(node: Node) -> list[list[Node]]:
    """The node lists inside a node."""
    match node:
        case Branch():
            return [node.then, node.otherwise]
        case Each():
            return [node.body, node.otherwise]
        case While() | Guard():
            return [node.body]
        case Once():
            return [node.body, [node.loop]]
        case Blocks():
            return node.blocks
    return []


def points(nodes: list[Node]) -> Iterator[Point]:
    """Every point below."""
    for node in nodes:
        if isinstance(node, Point):
            yield node
        else:
            for part in parts(node):
                yield from points(part)


def has(nodes: list[Node], number: int) -> bool:
    """The point is below."""
    return any(point.number == number for point in points(nodes))


def size(nodes: list[Node]) -> int:
    """How many nodes there are, all levels counted."""
    return sum(1 + sum(map(size, parts(node))) for node in nodes if not isinstance(node, Count))


def guarded(nodes: list[Node], *, inside: bool = False) -> Iterator[int]:
    """The points that have a TRY or ON ERROR around them."""
    for node in nodes:
        if isinstance(node, Point):
            if inside:
                yield node.number
            continue
        guards = isinstance(node, Guard) or (isinstance(node, Blocks) and node.watches)
        for part in parts(node):
            yield from guarded(part, inside=inside or guards)


def rest(nodes: list[Node], number: int) -> list[Node]:
    """What remains to be done from just behind the point: no guards, no re-entry, only the code that is left."""
    for i, node in enumerate(nodes):
        if isinstance(node, Point):
            if node.number == number:
                return [node.thrown(), *nodes[i + 1 :]]
        elif has([node], number):
            return [*_rest_of(node, number), *nodes[i + 1 :]]
    raise KeyError(number)


def _rest_of(node: Node, number: int) -> list[Node]:
    match node:
        case Branch():
            return rest(node.then if has(node.then, number) else node.otherwise, number)
        case While():
            return [Once(rest(node.body, number), node)]
        case Each():
            in_body = has(node.body, number)
            return [Once(rest(node.body, number), node)] if in_body else rest(node.otherwise, number)
        case Guard():
            return [Guard(rest(node.body, number), node.error, node.can_leave)]
        case Blocks():
            i = next(i for i, block in enumerate(node.blocks) if has(block, number))
            return [
                Blocks(
                    [*node.blocks, rest(node.blocks[i], number)],
                    [*node.catch, node.catch[i]],
                    [*node.after, node.after[i]],
                    node.watches,
                    node.has_modes,
                    len(node.blocks),
                    i,
                )
            ]
    raise TypeError(node)
