"""`shadowed`: one name that means two things, where the author probably gets the other one.

A SUB named like a keyword: without CALL and brackets the keyword runs. A list named like a function, asked with round
brackets: the function is called.
"""

from collections.abc import Iterator

from tasktalk.interpreter import core, nodes
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.phrases import STRUCTURE
from tasktalk.interpreter.resolver.scopes import walk


def find(subject: Subject) -> Iterator[Advice]:
    procedures = [s for s in subject.written.body if isinstance(s, nodes.Procedure)]
    for procedure in procedures:
        name = procedure.name.name
        phrase = _phrase(name, subject)
        if phrase is not None:
            message = f"{procedure.kind} {name} has the name of the keyword {phrase}"
            yield Advice(message, procedure.name.span, "give it another name")
    names = {procedure.name.name.lower() for procedure in procedures}
    everything = [*walk(subject.written.body), *(n for p in procedures for n in walk(p.body))]
    lists = {name for node in everything for name in _lists(node)} - names
    set_or_declared = {id(place) for node in everything for place in _places(node)}
    for node in everything:
        if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and id(node) not in set_or_declared:
            name = node.function.name
            function = subject.functions.get(name)
            if name.lower() in lists and function is not None and len(node.arguments) == 1:
                message = f"this calls the function {function.name}, and '{name}' is a list too"
                yield Advice(message, node.function.span, f"write {name}[…] for an entry of the list, or rename it")


RULE = Rule("shadowed", find)


def _phrase(name: str, subject: Subject) -> str | None:
    for phrase in (name.upper(), name.upper().replace("_", " ")):
        if phrase in subject.keywords.by_phrase or phrase in core.patterns() or phrase in STRUCTURE:
            return phrase
    return None


def _places(node: object) -> list[object]:
    """What looks like a call and is none: `a(1) = 2`, `DIM a(10)`."""
    if isinstance(node, nodes.Assign):
        return [node.target]
    return list(node.arguments) if isinstance(node, nodes.Command) and node.phrase == "DIM" else []


def _lists(node: object) -> Iterator[str]:
    """Names that stand for a list: set to one, DIMmed as one, or set at a place."""
    match node:
        case nodes.Assign(target=nodes.Name(name), value=nodes.ListLiteral()):
            yield name.lower()
        case nodes.Assign(target=nodes.Call(function=nodes.Name(name)) | nodes.Index(object=nodes.Name(name))):
            yield name.lower()
        case nodes.Command(phrase="DIM", arguments=arguments):
            for argument in arguments:
                if isinstance(argument, nodes.Call) and isinstance(argument.function, nodes.Name):
                    yield argument.function.name.lower()
