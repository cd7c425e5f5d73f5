"""`printed-not-said`: a script prints and asks and never talks, so that nobody reads what it prints.

A script that also talks prints for its author, as PRINT is meant here.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject


def find(subject: Subject) -> Iterator[Advice]:
    nodes = [n for procedure in subject.meant.procedures.values() for n in tree.walk(list(procedure.body))]
    called = {node.keyword.phrase for node in nodes if isinstance(node, tree.CallKeyword)}
    printed = sorted((node.span for node in nodes if isinstance(node, tree.Print)), key=lambda span: span[:2])
    if printed and "HEAR" in called and "TALK" not in called:
        message = "PRINT goes to the log, and this script asks somebody: people read what TALK says"
        yield Advice(message, printed[0], "write TALK for what they are to read")


RULE = Rule("printed-not-said", find)
