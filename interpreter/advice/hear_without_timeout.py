"""`hear-without-timeout`: a script that runs by its own schedule asks, and there may be nobody to answer."""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject


def find(subject: Subject) -> Iterator[Advice]:
    own = [d for d in subject.declarations if d.phrase == "SET SCHEDULE" and not d.values.get("script")]
    if not own:
        return
    for procedure in subject.meant.procedures.values():
        for node in tree.walk(list(procedure.body)):
            if isinstance(node, tree.CallKeyword) and node.keyword.phrase == "HEAR" and "timeout" not in node.names:
                has_timeout = any("TIMEOUT" in pattern.clauses for pattern in node.keyword.patterns)
                hint = "add TIMEOUT 1 HOURS" if has_timeout else 'ask in another script: SET SCHEDULE "…", "other.bas"'
                message = f"the schedule of line {own[0].span.line} runs this where nobody may be there to answer"
                yield Advice(message, node.span, hint)


RULE = Rule("hear-without-timeout", find)
