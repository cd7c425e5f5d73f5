"""`negative-wait`: a WAIT for less than nothing, which waits not at all."""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject


def find(subject: Subject) -> Iterator[Advice]:
    for procedure in subject.meant.procedures.values():
        for node in tree.walk(list(procedure.body)):
            if not isinstance(node, tree.CallKeyword) or node.keyword.phrase != "WAIT":
                continue
            for given in node.arguments:
                if isinstance(given, tree.Const) and isinstance(given.value, int | float) and given.value < 0:
                    yield Advice(
                        "this waits for nothing: the time is less than 0", given.span, "write how long to wait"
                    )


RULE = Rule("negative-wait", find)
