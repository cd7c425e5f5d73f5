"""`swallowed-comparison`: `GET TASK STATUS id = "completed"` asks for the status of a comparison.

A keyword takes all that follows as its argument. It is reported for keywords that give words (`gives`): what is
compared with a text there is meant to be what the keyword gives.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject

_COMPARING = frozenset(("=", "<>", "<", "<=", ">", ">="))


def find(subject: Subject) -> Iterator[Advice]:
    for procedure in subject.meant.procedures.values():
        for node in tree.walk(list(procedure.body)):
            if not isinstance(node, tree.CallKeyword) or not node.keyword.gives or not node.arguments:
                continue
            last = node.arguments[-1]
            if isinstance(last, tree.Binary) and last.operator in _COMPARING and isinstance(last.right, tree.Const):
                phrase = node.keyword.phrase
                message = f"{phrase} takes this whole comparison as its argument"
                yield Advice(message, last.span, f"put brackets around it: ({phrase} …) {last.operator} …")


RULE = Rule("swallowed-comparison", find)
