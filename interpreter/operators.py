"""Which operator binds tighter: the one table, and a flat run of operands and operators nested by it."""

from typing import TypeAlias

from tasktalk.interpreter.nodes import Binary, Expression, Unary
from tasktalk.interpreter.tokens import Token

Flat: TypeAlias = list[Token | Expression]

COMPARISONS = (
    "=", "<>", "<", "<=", ">", ">=", "CONTAINS", "LIKE", "ILIKE", "IN", "STARTS WITH", "ENDS WITH", "NOT IN",
    "NOT CONTAINS", "NOT LIKE", "BETWEEN", "NOT BETWEEN",
)  # fmt: skip
COMPARISON = 5  # IS NULL binds like one
PRECEDENCE = {
    "??": 1, "OR": 2, "XOR": 2, "AND": 3, "NOT": 4, **dict.fromkeys(COMPARISONS, COMPARISON), "TO": 6, "&": 6,
    "+": 7, "-": 7, "*": 8, "/": 8, "\\": 8, "MOD": 8, "unary": 9, "^": 10,
}  # fmt: skip
RIGHT = frozenset("^")


def nest(flat: Flat) -> Expression:
    """The tree of operands with PREFIX, BINARY and SUFFIX tokens between them; no recursion, however long the run."""
    operands: list[Expression] = []
    operators: list[tuple[int, Token]] = []
    for item in flat:
        if not isinstance(item, Token):
            operands.append(item)
        elif item.type == "PREFIX":
            operators.append((PRECEDENCE["NOT" if item.value == "NOT" else "unary"], item))
        elif item.type == "SUFFIX":
            while operators and operators[-1][0] >= COMPARISON:
                reduce(operands, operators.pop()[1])
            operand = operands.pop()
            span = operand.span.to(item.span)
            operands.append(Unary(str(item.value), operand, span))
        else:
            precedence = PRECEDENCE[str(item.value)]
            while operators and (
                operators[-1][0] > precedence or (operators[-1][0] == precedence and item.value not in RIGHT)
            ):
                reduce(operands, operators.pop()[1])
            operators.append((precedence, item))
    while operators:
        reduce(operands, operators.pop()[1])
    return operands[0]


def reduce(operands: list[Expression], token: Token) -> None:
    """Takes the last operands together under one operator."""
    right = operands.pop()
    if token.type == "PREFIX":
        operands.append(Unary(str(token.value), right, token.span.to(right.span)))
        return
    left = operands.pop()
    operands.append(Binary(str(token.value), left, right, left.span.to(right.span), token.span))
