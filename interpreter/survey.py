"""What one walk over a procedure tells, so that nobody after has to walk it again."""

from collections import defaultdict
from typing import TypeAlias

from tasktalk.interpreter import tree
from tasktalk.interpreter.tree import Node, Procedure, walk

Assignment: TypeAlias = tree.Let | tree.For | tree.ForEach | tree.Try

_BUSY = (tree.CallScript, tree.For, tree.ForEach, tree.Loop, *tree.JUMPS)
_FLOWING = frozenset(
    (tree.Let, tree.For, tree.ForEach, tree.Return, tree.Try, tree.OnError, tree.ListOf, tree.RecordOf,
     tree.CallProcedure, tree.CallFunction, tree.CallScript, tree.Predefined)
)  # fmt: skip
_TOLD = frozenset(
    (tree.Let, tree.For, tree.ForEach, tree.Try, tree.OnError, tree.CallProcedure, tree.CallKeyword, tree.Helper)
)
_OPEN_RESULTS = frozenset(("any", "list", "record", "rows"))  # of keywords: anything may be inside


class Survey:
    """`variables` are the names that the procedure reads or assigns, in their order; `reads` counts where a name stands
    as a variable; `assignments` assign a whole variable; `flowing` are the nodes that say something of types; `calls`
    are procedures. `calls_scripts`: it calls other scripts; `is_busy`: it loops, jumps or waits; `jumps`: it has
    labels, GOTO, GOSUB or ON ERROR.
    """

    def __init__(self, procedure: Procedure) -> None:
        self.variables = dict.fromkeys(procedure.parameters)
        self.reads: dict[str, int] = defaultdict(int)
        self.assignments: list[Assignment] = []
        self.flowing: list[Node] = []
        self.calls: set[str] = set()
        kinds: set[type[Node]] = set()
        is_async = False
        for node in walk(procedure.body):
            kind = type(node)
            kinds.add(kind)
            if kind in _FLOWING:
                self.flowing.append(node)
            if kind is tree.Variable and isinstance(node, tree.Variable):
                self.variables[node.name] = None
                self.reads[node.name] += 1
            if kind not in _TOLD:
                continue
            match node:
                case tree.CallKeyword():
                    is_async = is_async or node.keyword.is_async
                    if node.keyword.returns in _OPEN_RESULTS:
                        self.flowing.append(node)
                case tree.Let(target=tree.Variable()):
                    self.assignments.append(node)
                case tree.For(variable=name) | tree.ForEach(variable=name) | tree.Try(variable=str(name)):
                    self.variables[name] = None
                    self.assignments.append(node)
                case tree.OnError():
                    self.variables[tree.LAST_ERROR] = None
                case tree.CallProcedure(name=name):
                    self.calls.add(name)
                case tree.Helper(name="new_list" | "resized"):
                    self.flowing.append(node)
        self.calls_scripts = tree.CallScript in kinds
        self.jumps = not kinds.isdisjoint(tree.JUMPS)
        self.is_busy = is_async or not kinds.isdisjoint(_BUSY)
        self.assigned = {assigned_by(node) for node in self.assignments}


def assigned_by(node: Assignment) -> str | None:
    """The variable that the node itself assigns."""
    if isinstance(node, tree.Let):
        return node.target.name if isinstance(node.target, tree.Variable) else None
    return node.variable
