"""A procedure on its way from IR to Python: its fast function, and what resumes it.

The code for a resume (a *twin*) is all that is left to do behind one point, as a function of the variables that are
still needed. It is compiled when a session first resumes there.
"""

import ast
from functools import cached_property
from types import CodeType

from tasktalk.interpreter.compiler.emit import emit
from tasktalk.interpreter.compiler.ir import Branch, Each, Node, Once, Py, While, guarded, has, points, rest, size
from tasktalk.interpreter.compiler.jumps import Jumps
from tasktalk.interpreter.compiler.liveness import Liveness, Names
from tasktalk.interpreter.compiler.lowering import python_name
from tasktalk.interpreter.compiler.statements import TOP, Statements, main_place
from tasktalk.interpreter.inference import Facts
from tasktalk.interpreter.tree import Procedure

STATE_NAMES = ("v_", "_t", "_i", "_k", "_e", "_rv", "_gs", "_oe", "_failed")


def arguments_of(names: list[str]) -> ast.arguments:
    """Plain positional parameters."""
    return ast.arguments([], [TOP.put(ast.arg(n, None)) for n in names], None, [], [], None, [])


_EVERYWHERE = arguments_of(["_C", "_F", "_H", "_K", "_S"]).args  # what any code may close over


class LoweredProcedure:
    """One procedure of a script as IR."""

    def __init__(self, facts: Facts, procedure: Procedure, script: str, long: int, *, brief: bool) -> None:
        self.name, self.parameters = procedure.name, [python_name(p) for p in procedure.parameters]
        self._script, self._long = script, long
        lowering = (Jumps if facts.surveys[self.name].jumps else Statements)(facts, procedure, brief=brief)
        self._at = main_place(procedure)
        self.nodes: list[Node] = []
        if self.name in facts.checks_entry:
            lowering.preempt(self._at, self.nodes)
        self.nodes += lowering.lower()
        self.points = lowering.points
        variables = facts.surveys[self.name].variables
        shared = facts.shared_in[self.name]
        self.shared = sorted(map(python_name, shared))
        unset = facts.unset[self.name] if facts.infer else variables
        self._unset = [
            python_name(v) for v in variables if v in unset and v not in shared and v not in procedure.parameters
        ]
        # what its code may close over, besides what it shares with others
        self._cells = [
            "q_" + self.name,
            *("p_" + n for n in sorted(facts.surveys[self.name].calls)),
        ]

    # ---- liveness

    @cached_property
    def live(self) -> dict[int, tuple[list[str], str | None]]:
        """For each point the names to keep, and the one that takes the result (None where nobody needs it)."""
        found: dict[int, tuple[list[str], str | None]] = {}
        for point in points(self.nodes):
            names = self._state_names(self._liveness.at[point.number])
            target = point.target if point.target in names else None
            found[point.number] = [n for n in names if n != point.target], target
        return found

    @cached_property
    def _liveness(self) -> Liveness:
        return Liveness(self.nodes)

    def _state_names(self, names: Names) -> list[str]:
        return sorted(n for n in names if n.startswith(STATE_NAMES) and n not in self.shared)

    def guarded(self) -> set[int]:
        """The points that have a TRY or ON ERROR around them."""
        return set(guarded(self.nodes))

    # ---- Python functions

    def fast(self, *, counts: bool = False) -> ast.FunctionDef:
        """The procedure without any code for resuming. `counts`, here and below: it counts its statements."""
        return self._function("p_" + self.name, self.parameters, self.nodes, self._unset, counts=counts)

    def twin_function(self, number: int, *, counts: bool = False) -> ast.FunctionDef:
        """What is left to do behind a point."""
        names, target = self.live[number]
        parameters = ["_err", *names, *([target] if target else [])]
        return self._function("r_" + self.name, parameters, self._left_behind(number), [], counts=counts)

    def tail_function(self, *, counts: bool = False) -> ast.FunctionDef:
        """The whole procedure, to be entered at any top-level step: the tests are outside of all loops."""
        nodes: list[Node] = []
        begin = 0
        for i, node in enumerate(self.nodes, 1):
            if any(points([node])) or i == len(self.nodes):
                for k in range(begin, i):
                    reached = TOP.compare(TOP.load("pc"), ast.LtE(), TOP.const(k))
                    nodes.append(Branch(reached, [self.nodes[k]], []))
                begin = i
        return self._function("q_" + self.name, ["pc", *self._tail_parameters()], nodes, [], counts=counts)

    def _function(
        self, name: str, parameters: list[str], nodes: list[Node], unset: list[str], *, counts: bool
    ) -> ast.FunctionDef:
        shared = [*self.shared, "_C"] if counts else self.shared
        body: list[ast.stmt] = [TOP.put(ast.Nonlocal(shared))] if shared else []
        body += [self._at.assign(v, self._at.const(None)) for v in unset]
        body += emit(nodes, self._at, counts=counts) or [self._at.nothing()]
        return self._at.put(ast.FunctionDef(name, arguments_of(parameters), body, []))

    def _left_behind(self, number: int) -> list[Node]:
        """The rest of the top-level step that holds the point, and what follows: in place, or in the tail if long."""
        i = next(i for i, node in enumerate(self.nodes) if has([node], number))
        node, following = self.nodes[i], self.nodes[i + 1 :]
        if len(following) > self._long:
            following = [self._go_on(i + 1)]
        if isinstance(node, While | Each) and has(node.body, number) and size(node.body) > self._long:
            return [Once(rest(node.body, number), self._go_on(i)), *following]
        return [*rest([node], number), *following]

    def _go_on(self, i: int) -> Py:
        before = self._liveness.before[i]
        kept: list[ast.expr] = [TOP.load(n) if n in before else TOP.const(None) for n in self._tail_parameters()]
        return Py([TOP.returning(TOP.call("q_" + self.name, [TOP.const(i), *kept]))])

    def _tail_parameters(self) -> list[str]:
        return self._state_names(self._liveness.before.names())

    def compiled(self, function: ast.FunctionDef) -> CodeType:
        """The function inside a factory whose parameters are the cells that it closes over."""
        cells = arguments_of([*self._cells, *self.shared])
        cells.args[:0] = _EVERYWHERE
        factory = TOP.put(ast.FunctionDef("_factory", cells, [function], []))
        return _inner(_inner(compile(ast.Module([factory], []), f"<{self._script}>", "exec", dont_inherit=True)))


def _inner(code: CodeType) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType))
