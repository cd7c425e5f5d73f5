"""`unreachable`: a statement behind one that never goes on to it.

Labels can be jumped to, and declarations hold wherever they stand, so neither counts. Nothing is said of a script that
carries on after errors (ON ERROR), where THROW goes on.
"""

from collections.abc import Iterator

from tasktalk.interpreter import core, nodes
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.resolver.scopes import walk

_LEAVING = frozenset(
    """END;STOP;EXIT;EXIT FOR;EXIT DO;EXIT WHILE;EXIT SUB;EXIT FUNCTION;CONTINUE;CONTINUE FOR;CONTINUE DO;CONTINUE WHILE
    BREAK;GOTO;RESUME;RESUME NEXT""".replace("\n    ", ";").split(";")
)
_DECLARING = frozenset(("DESCRIPTION", "PARAM", "DATA", "WEBHOOK", "DIM"))


def find(subject: Subject) -> Iterator[Advice]:
    script = subject.written
    everything = list(walk(script.body))
    everything += [n for s in script.body if isinstance(s, nodes.Procedure) for n in walk(s.body)]
    if any(isinstance(node, nodes.Jump) and node.word.upper().startswith("ON ERROR") for node in everything):
        return
    bodies = [script.body, *(s.body for s in script.body if isinstance(s, nodes.Procedure))]
    for body in bodies:
        yield from _body(body, subject)


RULE = Rule("unreachable", find)


def _body(body: list[nodes.Statement], subject: Subject) -> Iterator[Advice]:
    leaver: nodes.Statement | None = None
    for statement in body:
        if isinstance(statement, nodes.Label):
            leaver = None
        elif leaver is not None and not _declares(statement, subject):
            hint = f"what stands in line {leaver.span.line} never goes on to it"
            yield Advice("this is never reached", statement.span, hint)
            return
        for inner in _inside(statement):
            yield from _body(inner, subject)
        if leaver is None and _leaves(statement):
            leaver = statement


def _declares(statement: nodes.Statement, subject: Subject) -> bool:
    if isinstance(statement, nodes.Procedure | nodes.OnEvent):
        return True
    if isinstance(statement, nodes.Raw):
        return statement.kind == "TABLE"
    if not isinstance(statement, nodes.Do) or not isinstance(statement.value, nodes.Command):
        return False
    phrase = statement.value.phrase
    keyword = subject.keywords.get(phrase)
    return keyword.declares if keyword is not None else phrase in _DECLARING


def _inside(statement: nodes.Statement) -> list[list[nodes.Statement]]:
    match statement:
        case nodes.If():
            return [*(arm.body for arm in statement.arms), statement.otherwise]
        case nodes.Select():
            return [*(case.body for case in statement.cases), statement.otherwise]
        case nodes.Try():
            return [statement.body, statement.catch or [], statement.final or []]
        case nodes.ForEach() | nodes.For() | nodes.While() | nodes.DoLoop() | nodes.OnEvent():
            return [statement.body]
    return []


def _leaves(statement: nodes.Statement) -> bool:
    """Whether nothing can go on behind the statement."""
    match statement:
        case nodes.Jump():
            return statement.selector is None and " ".join(statement.word.upper().split()) in _LEAVING
        case nodes.Return():
            return True
        case nodes.Do(value=nodes.Command(phrase="THROW") as command):
            return command.phrase in core.patterns()
        case nodes.If() | nodes.Select():
            *bodies, otherwise = _inside(statement)
            return bool(otherwise) and all(any(map(_leaves, body)) for body in [*bodies, otherwise])
        case nodes.DoLoop():
            return statement.before is None and statement.after is None and not _has_way_out(statement)
    return False


def _has_way_out(loop: nodes.DoLoop) -> bool:
    """Whether a jump in the loop may lead behind it; any label in it may be jumped to and from."""
    jumps = (n for n in walk(loop.body) if isinstance(n, nodes.Jump | nodes.Label))
    return any(isinstance(n, nodes.Label) or n.word.upper().startswith(("EXIT", "BREAK", "GO", "ON")) for n in jumps)
