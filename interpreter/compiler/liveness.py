"""Which variables are still needed at each point: what a suspended script has to keep, and no more."""

import ast

from tasktalk.interpreter.compiler.ir import Blocks, Branch, Count, Each, Guard, Node, Point, Py, While

Names = frozenset[str]
NONE: Names = frozenset()


class Sets:
    """A set of names for each of so many places, as bits: a script of thousands of variables would need gigabytes."""

    def __init__(self, count: int) -> None:
        self._bits: dict[str, int] = {}
        self._sets = [0] * count
        self._latest, self._latest_bits = NONE, 0  # neighbours differ in few names

    def put(self, place: int, names: Names) -> None:
        """Makes it the set of the place; quick where it is much like the one that was put before."""
        for name in names ^ self._latest:
            self._latest_bits ^= 1 << self._bits.setdefault(name, len(self._bits))
        self._latest = names
        self._sets[place] = self._latest_bits

    def __getitem__(self, place: int) -> Names:
        kept = self._sets[place]
        return frozenset(name for name, bit in self._bits.items() if kept >> bit & 1)

    def names(self) -> Names:
        """The names that are in any of the sets."""
        return frozenset(self._bits)


class Liveness:
    """Walks the code backwards. `at` maps each point to the names that the rest of the code may read; `before[i]` are
    the names that are needed where top-level node i begins."""

    def __init__(self, nodes: list[Node]) -> None:
        self.at: dict[int, Names] = {}
        self._effects: dict[int, tuple[Names, Names]] = {}
        self._breaks: list[Names] = []
        self._continues: list[Names] = []
        self._caught: list[Names] = [NONE]
        after = NONE
        self.before = Sets(len(nodes) + 1)
        for i in range(len(nodes) - 1, -1, -1):
            after = self._step(nodes[i], after)
            self.before.put(i, after)

    def _walk(self, nodes: list[Node], after: Names) -> Names:
        for node in reversed(nodes):
            after = self._step(node, after)
        return after

    def _step(self, node: Node, after: Names) -> Names:
        match node:
            case Py():
                for statement in reversed(node.code):
                    after = self._statement(statement, after)
                return after
            case Count():
                return after
            case Point():
                self.at[node.number] = self.at.get(node.number, NONE) | after | self._caught[-1]
                return self._statement(node.code, after)
            case Branch():
                arms = self._walk(node.then, after) | self._walk(node.otherwise, after)
                slow = NONE if node.slow is None else self._names(node.slow)[0]
                return self._names(node.test)[0] | slow | arms | self._caught[-1]
            case While():
                is_endless = isinstance(node.test, ast.Constant)
                head = self._names(node.test)[0] | (NONE if is_endless else after)
                return self._loop(node.body, head, after)
            case Each():
                head = self._walk(node.otherwise, after) | {node.items}
                return (self._loop(node.body, head, after) - {node.variable}) | head
            case Guard():
                self._caught.append(self._caught[-1] | (after - {node.error}))
                before = self._walk(node.body, after)
                self._caught.pop()
                return before | after
            case Blocks():
                return self._blocks(node, after)
        raise TypeError(node)

    def _loop(self, body: list[Node], head: Names, after: Names) -> Names:
        before = head
        while True:
            self._breaks.append(after)
            self._continues.append(before)
            begin = self._walk(body, before) | head
            self._breaks.pop()
            self._continues.pop()
            if begin <= before:
                return before
            before |= begin

    def _blocks(self, node: Blocks, after: Names) -> Names:
        """Every block may follow every other: what any block reads first is live in all (cheap, and nearly exact
        here)."""
        before: Names = frozenset(["_after", "_oe", "_failed", "_error"]) if node.watches else NONE
        while True:
            begin = before
            self._caught.append(before if node.watches else NONE)
            for block in node.blocks:
                begin |= self._walk(block, before | after)
            self._caught.pop()
            if begin <= before:
                return before - {"pc"}
            before |= begin

    def _statement(self, statement: ast.stmt, after: Names) -> Names:
        if isinstance(statement, ast.Break):
            return self._breaks[-1]
        if isinstance(statement, ast.Continue):
            return self._continues[-1]
        reads, writes = self._names(statement)
        if isinstance(statement, ast.Return):
            return reads
        if isinstance(statement, ast.Raise):
            return reads | self._caught[-1]
        return (after - writes) | reads | self._caught[-1]

    def _names(self, node: ast.AST) -> tuple[Names, Names]:
        """Names read, and names surely written."""
        known = self._effects.get(id(node))
        if known is None:
            reads = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
            writes = NONE
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]):
                    writes = frozenset([name])
                case ast.AugAssign(target=ast.Name(id=name)):
                    reads |= {name}
                case ast.Try(body=[ast.Assign(targets=[ast.Name(id=name)]), *_]):
                    writes = frozenset([name])
            known = self._effects[id(node)] = reads, writes
        return known
