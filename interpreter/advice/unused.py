"""`unused`: a variable is given a plain value that nothing in the script ever reads.

What a keyword or a procedure gave may be left unread: it was called for what it does.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.advice.variables import read_in, set_in

_EFFECTS = (tree.CallKeyword, tree.CallProcedure, tree.CallScript, tree.CallFunction)


def find(subject: Subject) -> Iterator[Advice]:
    bodies = [procedure.body for procedure in subject.meant.procedures.values()]
    read = {variable.name for body in bodies for variable in read_in(body)}
    told: set[str] = set()
    effective = {name for body in bodies for name, node in set_in(body) if not _is_plain(node)}
    for body in bodies:
        for name, node in set_in(body):
            if name not in read | told | effective and isinstance(node, tree.Let):
                told.add(name)
                yield Advice(f"'{name}' is set and never read", node.target.span, "leave it out, or use it")


RULE = Rule("unused", find)


def _is_plain(node: tree.Node) -> bool:
    if not isinstance(node, tree.Let) or not isinstance(node.target, tree.Variable):
        return False
    inside = tree.walk([node.value])
    return not any(isinstance(n, _EFFECTS) or (isinstance(n, tree.Helper) and n.name == "given") for n in inside)
