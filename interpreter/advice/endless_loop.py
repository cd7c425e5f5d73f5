"""`endless-loop`: a loop that goes round for ever and never waits, so that it uses up the turn's budget and fails.

It is reported where the condition is always true, or where nothing in the loop touches what the condition is made of,
and the loop holds no way out, no wait, and no call that might be either.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.advice.variables import set_in

_WAYS_OUT = (tree.Exit, tree.Return, tree.Stop, tree.Throw, tree.CallProcedure, tree.CallScript, *tree.JUMPS)
_FIXED = (tree.Const, tree.Variable, tree.Binary, tree.Logic, tree.Not)
_SAFE = (tree.Binary, tree.Logic, tree.Not, tree.Interpolation, tree.Print, tree.If, tree.Choose, tree.CallKeyword)


def find(subject: Subject) -> Iterator[Advice]:
    for procedure in subject.meant.procedures.values():
        for node in tree.walk(list(procedure.body)):
            if isinstance(node, tree.Loop) and _is_endless(node):
                hint = "leave it with EXIT, or let it WAIT or HEAR"
                yield Advice("this loop never ends, and nothing in it waits", node.span, hint)


RULE = Rule("endless-loop", find)


def _is_endless(loop: tree.Loop) -> bool:
    for node in tree.walk(list(loop.body)):
        if isinstance(node, _WAYS_OUT) or (isinstance(node, tree.CallKeyword) and node.keyword.resumed is not None):
            return False
    conditions = [condition for condition in (loop.test, loop.until) if condition is not None]
    return all(_stays(condition, loop, wanted=condition is loop.test) for condition in conditions)


def _stays(condition: tree.Expression, loop: tree.Loop, *, wanted: bool) -> bool:
    """Whether the condition is what keeps the loop going, and cannot change in it."""
    parts = list(tree.walk([condition]))
    if not all(isinstance(part, _FIXED) for part in parts):
        return False
    names = {part.name for part in parts if isinstance(part, tree.Variable)}
    if not names:
        return isinstance(condition, tree.Const) and bool(condition.value) is wanted
    if names & {name for name, _ in set_in(loop.body)}:
        return False
    return not any(name in names for node in tree.walk(list(loop.body)) for name in _handed_out(node))


def _handed_out(node: tree.Node) -> Iterator[str]:
    """Variables that the node may change without setting them: a list that it is given."""
    if not isinstance(node, _SAFE) and not (isinstance(node, tree.ListOf) and node.leaves):
        for child in tree.children(node):
            if isinstance(child, tree.Variable):
                yield child.name
