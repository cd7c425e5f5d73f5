"""`text-as-number`: the answer to a HEAR that takes any text is used as a number, and may be none.

Nothing is said where the script deals with that: it has a TRY or jumps, gives the answer to a function (VAL,
ISNUMERIC), looks what the text is like, or sets the variable in another way, too. `=` compares a text with a number as
it is meant.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.advice.variables import set_in
from tasktalk.interpreter.errors import Span

_CALCULATING = frozenset(("-", "*", "/", "\\", "MOD", "^"))
_WITH_A_NUMBER = frozenset(("+", "<", ">", "<=", ">="))


def find(subject: Subject) -> Iterator[Advice]:
    procedures = list(subject.meant.procedures.values())
    everything = [node for procedure in procedures for node in tree.walk(list(procedure.body))]
    if any(isinstance(node, (tree.Try, *tree.JUMPS)) for node in everything):
        return
    heard: dict[str, Span] = {}
    left_out = {name for procedure in procedures for name in procedure.parameters}
    for name, node in set_in([statement for procedure in procedures for statement in procedure.body]):
        if isinstance(node, tree.Let) and isinstance(node.target, tree.Variable) and _takes_any_text(node.value):
            heard.setdefault(name, node.span)
        else:
            left_out.add(name)
    for node in everything:
        if isinstance(node, tree.CallFunction | tree.Helper):
            left_out |= {argument.name for argument in node.arguments if isinstance(argument, tree.Variable)}
    numbers = _numbers(everything)
    for node in everything:
        for value, what in _as_numbers(node, numbers):
            if value.name in heard and value.name not in left_out:
                left_out.add(value.name)
                message = f"'{value.name}' is whatever the person writes, and here it is {what}"
                place = f"in line {heard[value.name].line}"
                yield Advice(
                    message, value.span, f"{place} write HEAR … AS INTEGER or AS NUMBER: it asks until it is one"
                )


RULE = Rule("text-as-number", find)


def _takes_any_text(value: tree.Expression) -> bool:
    if not isinstance(value, tree.CallKeyword) or value.keyword.phrase != "HEAR":
        return False
    return not {"kind", "default"} & set(value.names)


def _numbers(everything: list[tree.Node]) -> set[str]:
    """The variables that are only ever set to numbers."""
    values: dict[str, list[tree.Expression]] = {}
    for node in everything:
        if isinstance(node, tree.Let) and isinstance(node.target, tree.Variable):
            values.setdefault(node.target.name, []).append(node.value)
    found = set(values)
    while wrong := {name for name in found if not all(_is_number(value, found) for value in values[name])}:
        found -= wrong
    return found


def _is_number(value: tree.Expression, numbers: set[str]) -> bool:
    match value:
        case tree.Const(constant):
            return type(constant) in {int, float}
        case tree.Variable(name):
            return name in numbers
        case tree.Binary(operator, left, right):
            return operator in _CALCULATING or (
                operator == "+" and _is_number(left, numbers) and _is_number(right, numbers)
            )
        case tree.CallFunction(function):
            return function.returns in {"number", "integer"}
    return False


def _as_numbers(node: tree.Node, numbers: set[str]) -> Iterator[tuple[tree.Variable, str]]:
    match node:
        case tree.Binary(operator, left, right):
            for value, beside in ((left, right), (right, left)):
                if isinstance(value, tree.Variable) and (
                    operator in _CALCULATING or (operator in _WITH_A_NUMBER and _is_number(beside, numbers))
                ):
                    yield value, "joined to a number as text" if operator == "+" else "used as a number"
        case tree.For():
            for bound in (node.start, node.stop, node.step):
                if isinstance(bound, tree.Variable):
                    yield bound, "used as a number"
