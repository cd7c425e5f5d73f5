"""What one walk over a procedure tells, so that nobody after has to walk it again."""

from collections import defaultdict
from typing import TypeAlias

from tasktalk.interpreter import tree
from tasktalk.interpreter.tree import Node, Procedure, Statement, children

Assignment: TypeAlias = tree.Let | tree.For | tree.ForEach | tree.Try

_ENDS = (tree.Return, tree.Exit, tree.Continue, tree.Throw, tree.Goto, tree.Stop)
_OPEN_RESULTS = frozenset(("any", "list", "record", "rows"))  # of keywords: anything may be inside


class Survey:
    """`variables` are the names that the procedure reads or assigns, in their order; `reads` counts where a name stands
    as a variable; `assignments` assign a whole variable, and `assigned` are their names; `flowing` are the nodes that
    say something of types; `calls` are procedures. `unset` are the names that may be read before they are assigned, and
    `unset_reads` the ids of the variables that do: both without regard to jumps. `calls_scripts`: it calls other
    scripts; `is_busy`: it loops, jumps or waits; `jumps`: it has labels, GOTO, GOSUB or ON ERROR.
    """

    def __init__(self, procedure: Procedure) -> None:
        self.variables = dict.fromkeys(procedure.parameters)
        self.reads: dict[str, int] = defaultdict(int)
        self.assignments: list[Assignment] = []
        self.flowing: list[Node] = []
        self.calls: set[str] = set()
        self.unset: set[str] = set()
        self.unset_reads: set[int] = set()
        self.calls_scripts = self.jumps = False
        self._waits = self._loops = False
        self._leaves = 0  # EXIT and CONTINUE so far
        self._block(procedure.body, set(procedure.parameters))
        self.is_busy = self._waits or self._loops or self.jumps or self.calls_scripts
        self.assigned = {assigned_by(node) for node in self.assignments}

    # ---- statements, in the order in which they run

    def _block(self, body: list[Statement], sure: set[str]) -> None:
        """Adds to `sure` what is assigned for certain behind the body."""
        for node in body:  # the most frequent first: a class pattern takes ten times as long as such a question
            if type(node) is tree.Do:
                self._read(node.value, sure)
            elif type(node) is tree.Let:
                self._let(node, sure)
            elif type(node) is tree.If:
                self._read(node.test, sure)
                self._arms([node.then, node.otherwise], sure)
            elif type(node) is tree.Loop:
                self._loop(node, sure)
            elif type(node) is tree.For:
                self.flowing.append(node)
                self._loops = True
                self._assign(node, node.variable)
                for end in (node.start, node.stop, node.step):
                    self._read(end, sure)
                sure.add(node.variable)
                self._block(node.body, set(sure))
            elif type(node) is tree.ForEach:
                self.flowing.append(node)
                self._loops = True
                self._assign(node, node.variable)
                self._read(node.value, sure)
                self._block(node.body, sure | {node.variable})
            elif type(node) is tree.Try:
                self._try(node, sure)
            else:
                self._other(node, sure)

    def _other(self, node: Statement, sure: set[str]) -> None:
        if isinstance(node, tree.Exit | tree.Continue):
            self._leaves += 1
        elif isinstance(node, tree.Return):
            self.flowing.append(node)
        elif isinstance(node, tree.JUMPS):
            self.jumps = True
            if isinstance(node, tree.OnError):
                self.flowing.append(node)
                self.variables[tree.LAST_ERROR] = None
        for part in children(node):
            self._read(part, sure)

    def _assign(self, node: Assignment, name: str) -> None:
        self.variables[name] = None
        self.assignments.append(node)

    def _let(self, node: tree.Let, sure: set[str]) -> None:
        self.flowing.append(node)
        target = node.target
        if type(target) is not tree.Variable:
            self._read(target, sure)
            self._read(node.value, sure)
            return
        self._assign(node, target.name)
        self.reads[target.name] += 1
        self._read(node.value, sure)
        sure.add(target.name)

    def _loop(self, node: tree.Loop, sure: set[str]) -> None:
        self._loops = True
        if node.test is not None:
            self._read(node.test, sure)
        inside, leaves = set(sure), self._leaves
        self._block(node.body, inside)
        if node.until is not None:
            self._read(node.until, sure if self._leaves > leaves else inside)

    def _arms(self, arms: list[list[Statement]], sure: set[str]) -> None:
        ends = []
        for arm in arms:
            after = set(sure)
            self._block(arm, after)
            if not (arm and isinstance(arm[-1], _ENDS)):
                ends.append(after)
        if ends:
            sure |= set.intersection(*ends)

    def _try(self, node: tree.Try, sure: set[str]) -> None:
        self.flowing.append(node)
        if node.variable is not None:
            self._assign(node, node.variable)
        arms = [set(sure)]
        self._block(node.body, arms[0])
        if node.catch is not None:
            arms.append(sure | ({node.variable} if node.variable else set()))
            self._block(node.catch, arms[-1])
        if node.final is not None:
            self._block(node.final, set(sure))
        sure |= set.intersection(*arms)

    # ---- expressions

    def _read(self, whole: Node, sure: set[str]) -> None:
        if type(whole) is tree.Const:
            return
        stack: list[Node] = [whole]
        while stack:
            node = stack.pop()
            if type(node) is tree.Const:
                continue
            if type(node) is tree.Variable:
                name = node.name
                self.variables[name] = None
                self.reads[name] += 1
                if name not in sure:
                    self.unset.add(name)
                    self.unset_reads.add(id(node))
                continue
            if type(node) is tree.CallKeyword:
                self._waits = self._waits or node.keyword.is_async
                if node.keyword.returns in _OPEN_RESULTS:
                    self.flowing.append(node)
            elif type(node) is tree.CallProcedure:
                self.calls.add(node.name)
                self.flowing.append(node)
            elif type(node) is tree.CallScript:
                self.calls_scripts = True
                self.flowing.append(node)
            elif type(node) is tree.ListOf:
                if not node.leaves:
                    self.flowing.append(node)
            elif (
                type(node) is tree.CallFunction
                or type(node) is tree.RecordOf
                or type(node) is tree.Predefined
                or (type(node) is tree.Helper and node.name in ("new_list", "resized"))
            ):
                self.flowing.append(node)
            stack += children(node)[::-1]


def assigned_by(node: Assignment) -> str | None:
    """The variable that the node itself assigns."""
    if isinstance(node, tree.Let):
        return node.target.name if type(node.target) is tree.Variable else None
    return node.variable
