"""Expressions back to text, with brackets only where the precedence asks for them."""

from tasktalk.interpreter.nodes import (
    Argument,
    Binary,
    Call,
    Clause,
    Command,
    Conditional,
    Constant,
    Expression,
    Field,
    Index,
    ListLiteral,
    Name,
    Number,
    Pair,
    RecordLiteral,
    Text,
    Unary,
)
from tasktalk.interpreter.operators import COMPARISON, PRECEDENCE, RIGHT

ATOM, COMMAND, CONDITIONAL = 20.0, 0.5, 0.0  # how strongly things bind that are not in the table of operators
SEPARATORS = {",": ", ", ";": "; ", "␣": " "}
ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def expression(value: Expression, least: float = 0, is_right: bool = False) -> str:
    """The text of an expression; in brackets when it binds less than `least`, or, on the right, not more."""
    text, strength = render(value)
    return f"({text})" if strength < least or (strength == least and is_right) else text


def render(value: Expression) -> tuple[str, float]:
    """The text and how strongly it binds. A command takes all that follows, so within anything else it is bracketed."""
    match value:
        case Name(name):
            return name, ATOM
        case Text(parts):
            return string(parts), ATOM
        case Number(number):
            return repr(number), ATOM
        case Constant(constant):
            return {True: "TRUE", False: "FALSE", None: "NULL", "*": "*"}[constant], ATOM
        case Field(target, name, safe):
            return f"{expression(target, ATOM)}{'?.' if safe else '.'}{name}", ATOM
        case Index(target, index):
            return f"{expression(target, ATOM)}[{expression(index)}]", ATOM
        case Call(function, items):
            return f"{expression(function, ATOM)}({arguments(items, ',', is_last=True)})", ATOM
        case Binary():
            return chain(value)
        case Unary("IS NULL" | "IS NOT NULL" | "IS EMPTY" | "IS NOT EMPTY" as word, operand):
            return f"{expression(operand, COMPARISON)} {word}", COMPARISON
        case Unary(operator, operand):
            strength = PRECEDENCE["NOT" if operator == "NOT" else "unary"]
            return f"{operator}{' ' if operator == 'NOT' else ''}{expression(operand, strength)}", strength
        case Conditional(condition, yes, no):
            test, then = expression(condition, COMMAND, True), expression(yes, COMMAND, True)
            return f"{test} ? {then} : {expression(no)}", CONDITIONAL
        case ListLiteral(items):
            return f"[{arguments(items, ',', is_last=True)}]", ATOM
        case RecordLiteral(pairs):
            fields = (f"{string([key])}: {expression(item, COMMAND, True)}" for key, item in pairs)
            return f"#{{{', '.join(fields)}}}", ATOM
        case Command():
            return command(value)


def chain(value: Binary) -> tuple[str, float]:
    """a + b + c without recursion on the left, since such chains are long."""
    strength = PRECEDENCE[value.operator]
    if value.operator in RIGHT:
        left, right = expression(value.left, strength, True), expression(value.right, strength)
        return f"{left} {value.operator} {right}", strength
    pieces: list[str] = []
    node: Expression = value
    while isinstance(node, Binary) and node.operator not in RIGHT and PRECEDENCE[node.operator] == strength:
        pieces.append(f"{node.operator} {right_side(node, strength)}")
        node = node.left
    pieces.append(expression(node, strength))
    return " ".join(reversed(pieces)), strength


def right_side(value: Binary, strength: int) -> str:
    """What stands behind the operator; the two bounds of BETWEEN have an AND between them."""
    bounds = value.right
    if value.operator.endswith("BETWEEN") and isinstance(bounds, Binary) and bounds.operator == "TO":
        inner = PRECEDENCE["TO"]
        return f"{expression(bounds.left, inner, True)} AND {expression(bounds.right, inner, True)}"
    return expression(bounds, strength, True)


def command(value: Command) -> tuple[str, float]:
    if value.form == "call":
        return f"{value.phrase}({arguments(value.arguments, value.separators)})", ATOM
    if value.form == "tight":
        text = f"{value.phrase} {beside(value.arguments[0])}"
        if value.clauses:
            text += f" AS {beside(value.clauses[0].arguments[0])}"
        return f"({text})", ATOM
    text = value.phrase
    if value.arguments:
        text += " " + arguments(value.arguments, value.separators, is_last=not value.clauses)
    return text + "".join(" " + clause(c) for c in value.clauses), COMMAND


def clause(value: Clause) -> str:
    if value.separators and len(value.separators) == len(value.arguments):
        return f"{value.word}, {arguments(value.arguments, value.separators[1:])}"  # ORDER BY a DESC, b
    return value.word + (" " + arguments(value.arguments, value.separators) if value.arguments else "")


def arguments(items: list[Argument], separators: str = "", is_last: bool = False) -> str:
    """Arguments with what stood between them, a comma where nothing is said.

    `is_last`: nothing follows that a command as the last argument could take for its own.
    """
    if len(separators) < len(items) - 1:
        separators = "," * len(items)
    out: list[str] = []
    for i, item in enumerate(items):
        is_beside = i > 0 and separators[i - 1] == "␣"
        if is_beside:
            text = beside(item)
        elif is_last and i == len(items) - 1 and isinstance(item, Conditional | Command):
            text = expression(item)
        else:
            text = argument(item)
        before = items[i - 1]
        is_shouted = is_beside and isinstance(before, Name) and before.name.isupper()
        if is_shouted and not isinstance(item, Pair) and not text.startswith("("):
            text = f"({text})"  # SUM (a * b) beside another argument
        out.append(text + (SEPARATORS[separators[i]] if i < len(items) - 1 else ""))
    return "".join(out)


def beside(item: Argument) -> str:
    """An argument that stands beside another without a comma."""
    return argument(item) if isinstance(item, Pair) else expression(item, ATOM)


def argument(item: Argument) -> str:
    """An argument of a command; a comparison is bracketed, since `a = b` would be a pair to some."""
    if isinstance(item, Pair):
        return f"{expression(item.left, COMPARISON, True)} {item.word} {expression(item.right, COMMAND, True)}"
    return expression(item, COMPARISON if isinstance(item, Binary) and item.operator == "=" else COMMAND, True)


def string(parts: list[str | Expression]) -> str:
    out = []
    for part in parts:
        if isinstance(part, str):
            out.append("".join(ESCAPED.get(c, c) for c in part).replace("${", "\\${"))
        else:
            out.append(f"${{{expression(part)}}}")
    return '"' + "".join(out) + '"'
