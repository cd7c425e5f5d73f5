"""A compiled procedure: its code object, the table from code position to suspension point, and what resumes it.

The code for a resume (a *twin*) is all that is left to do behind one point, as a function of the variables that are
still needed. It is compiled when a session first resumes there.
"""

import ast
from types import CodeType
from weakref import ref

from tasktalk.interpreter.compiler.emit import emit
from tasktalk.interpreter.compiler.ir import Branch, Each, Node, Once, Py, While, has, is_guarded, points, rest, size
from tasktalk.interpreter.compiler.jumps import Jumps
from tasktalk.interpreter.compiler.liveness import Liveness, Names, Sets
from tasktalk.interpreter.compiler.lowering import python_name
from tasktalk.interpreter.compiler.pyast import MARK
from tasktalk.interpreter.compiler.statements import TOP, Statements, main_place
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.inference import Facts
from tasktalk.interpreter.tree import Procedure

STATE_NAMES = ("v_", "_t", "_i", "_k", "_e", "_rv", "_gs", "_oe", "_failed")


class Positions:
    """What a code object of ours is: whose, and which point each of its code units belongs to.

    It travels as the last constant of the code object itself, so a traceback tells all without any table of programs.
    The procedure is held weakly: Python's collector does not look into code objects, so a cycle through one would
    stay.
    """

    __slots__ = ("_places", "_procedure", "units")

    def __init__(self, code: CodeType, procedure: "CompiledProcedure") -> None:
        self._procedure = ref(procedure)
        self.units: dict[int, int] = {}
        self._places = list(code.co_positions())
        for unit, (_, _, _, end_column) in enumerate(self._places):
            if end_column is not None and end_column > MARK:
                self.units[unit] = end_column - MARK

    @property
    def procedure(self) -> "CompiledProcedure":
        """Whose code it is; its program must still be held by somebody."""
        found = self._procedure()
        if found is None:
            raise ReferenceError("the program of a running script is gone")
        return found

    def span(self, unit: int) -> Span | None:
        """The script's place of a code unit."""
        number = self.units.get(unit)
        if number is not None:
            return self.procedure.points[number].span
        line, end_line, column, end_column = self._places[unit]
        if line is None or end_line is None or column is None or end_column is None:
            return None
        return Span(line, column, end_line, end_column)


def positions(code: CodeType) -> Positions | None:
    """What we know of a code object; None for one that is not a script's."""
    constants = code.co_consts
    last = constants[-1] if constants else None
    return last if isinstance(last, Positions) else None


class CompiledProcedure:
    """One procedure of a compiled script; `cells` are the names that its code may close over."""

    def __init__(self, facts: Facts, procedure: Procedure, script: str, cells: list[str], long: int) -> None:
        self.name, self.parameters = procedure.name, [python_name(p) for p in procedure.parameters]
        self.script, self.phrases = script, facts.script.phrases
        self._cells, self._long = cells, long
        lowering = (Jumps if facts.jumps[self.name] else Statements)(facts, procedure)
        self._at = main_place(procedure)
        self.nodes: list[Node] = []
        if self.name in facts.checks_entry:
            lowering.preempt(self._at, self.nodes)
        self.nodes += lowering.lower()
        self.points = lowering.points
        variables = facts.variables[self.name]
        self.shared = sorted(python_name(v) for v in variables if not facts.is_private(self.name, v))
        private = [v for v in variables if facts.is_private(self.name, v) and v not in procedure.parameters]
        unset = facts.maybe_unset(procedure) if facts.infer else set(private)
        self._unset = [python_name(v) for v in private if v in unset]
        self._live: dict[int, tuple[list[str], str | None]] | None = None
        self._before = Sets(0)
        self._twins: dict[int, CodeType] = {}
        self._tail: CodeType | None = None

    # ---- liveness

    @property
    def live(self) -> dict[int, tuple[list[str], str | None]]:
        """For each point the names to keep, and the one that takes the result (None where nobody needs it)."""
        if self._live is None:
            known = Liveness(self.nodes)
            self._before = known.before
            self._live = {}
            for point in points(self.nodes):
                names = self._state_names(known.at[point.number])
                target = point.target if point.target in names else None
                self._live[point.number] = [n for n in names if n != point.target], target
        return self._live

    def _state_names(self, names: Names) -> list[str]:
        return sorted(n for n in names if n.startswith(STATE_NAMES) and n not in self.shared)

    def is_guarded(self, number: int) -> bool:
        """There is a TRY or ON ERROR around the point."""
        return is_guarded(self.nodes, number)

    # ---- Python functions

    def fast(self) -> ast.FunctionDef:
        """The procedure without any code for resuming."""
        return self._function("p_" + self.name, self.parameters, self.nodes, self._unset)

    def twin_function(self, number: int) -> ast.FunctionDef:
        """What is left to do behind a point."""
        names, target = self.live[number]
        parameters = ["_err", *names, *([target] if target else [])]
        return self._function("r_" + self.name, parameters, self._left_behind(number), [])

    def tail_function(self) -> ast.FunctionDef:
        """The whole procedure, to be entered at any top-level step: the tests are outside of all loops."""
        nodes: list[Node] = []
        begin = 0
        for i, node in enumerate(self.nodes, 1):
            if any(points([node])) or i == len(self.nodes):
                for k in range(begin, i):
                    reached = TOP.compare(TOP.load("pc"), ast.LtE(), TOP.const(k))
                    nodes.append(Branch(reached, [self.nodes[k]], []))
                begin = i
        return self._function("q_" + self.name, ["pc", *self._tail_parameters()], nodes, [])

    def twin(self, number: int) -> CodeType:
        """The compiled code behind a point; made once."""
        code = self._twins.get(number)
        if code is None:
            code = self._twins[number] = self.compiled(self.twin_function(number))
        return code

    @property
    def tail(self) -> CodeType:
        """The compiled tail, which twins of a long procedure share; made once."""
        if self._tail is None:
            self._tail = self.compiled(self.tail_function())
        return self._tail

    def _function(self, name: str, parameters: list[str], nodes: list[Node], unset: list[str]) -> ast.FunctionDef:
        body: list[ast.stmt] = [ast.Nonlocal(self.shared, **TOP.place)] if self.shared else []
        body += [self._at.assign(v, self._at.const(None)) for v in unset]
        body += emit(nodes, self._at) or [self._at.nothing()]
        return ast.FunctionDef(name, arguments_of(parameters), body, [], **self._at.place)

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
        before = self._before[i]
        kept: list[ast.expr] = [TOP.load(n) if n in before else TOP.const(None) for n in self._tail_parameters()]
        return Py([TOP.returning(TOP.call("q_" + self.name, [TOP.const(i), *kept]))])

    def _tail_parameters(self) -> list[str]:
        return self._state_names(self._before.names())

    def compiled(self, function: ast.FunctionDef) -> CodeType:
        """The function inside a factory whose parameters are the cells that it closes over."""
        mentioned = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}.union(self.shared)
        cells = [name for name in self._cells if name in mentioned]
        factory = ast.FunctionDef("_factory", arguments_of(cells), [function], [], **TOP.place)
        code = _inner(_inner(compile(ast.Module([factory], []), f"<{self.script}>", "exec", dont_inherit=True)))
        return code.replace(co_consts=(*code.co_consts, Positions(code, self)))


def _inner(code: CodeType) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType))


def arguments_of(names: list[str]) -> ast.arguments:
    """Plain positional parameters."""
    return ast.arguments([], [ast.arg(n, None, **TOP.place) for n in names], None, [], [], None, [])
