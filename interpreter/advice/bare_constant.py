"""`bare-constant`: a number or text alone stands beside AND or OR and a comparison: `age = 5 OR 6` is always true.

Nothing is said of `town OR "nowhere"`, which is how a default is written.
"""

import json
from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.values import text

_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))


def find(subject: Subject) -> Iterator[Advice]:
    for procedure in subject.meant.procedures.values():
        for node in tree.walk(list(procedure.body)):
            if isinstance(node, tree.Logic) and node.operator in ("AND", "OR"):
                for alone, other in ((node.left, node.right), (node.right, node.left)):
                    compared = _comparison(other)
                    if compared is not None and _is_bare(alone):
                        yield _advice(node.operator, alone, compared)


RULE = Rule("bare-constant", find)


def _is_bare(value: tree.Expression) -> bool:
    found = value.value if isinstance(value, tree.Const) else None
    return isinstance(found, int | float | str) and not isinstance(found, bool) and found != ""


def _comparison(value: tree.Expression) -> tree.Binary | None:
    """The comparison nearest to the constant, through further ANDs and ORs."""
    while isinstance(value, tree.Logic):
        value = value.left
    return value if isinstance(value, tree.Binary) and value.operator in _COMPARISONS else None


def _advice(operator: str, alone: tree.Expression, compared: tree.Binary) -> Advice:
    value = alone.value if isinstance(alone, tree.Const) else None
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text(value)
    left = compared.left
    name = left.name if isinstance(left, tree.Variable) else "x"
    message = f"{shown} is compared with nothing here: alone it counts as {'true' if value else 'false'}"
    return Advice(message, alone.span, f"write the comparison again: … {operator} {name} {compared.operator} {shown}")
