"""What a line that does not parse still says of blocks and variables, so that one mistake makes no ten findings."""

from tasktalk.interpreter import nodes
from tasktalk.interpreter.lines import Block, End, Item, Opener, Part
from tasktalk.interpreter.tokens import Token


def salvage(out: list[Token], refused: Token) -> list[Item]:
    """What a broken line still says: its opener, part or end, or the variable that it sets, with nulls for values."""
    if not out:
        return []
    first, types = out[0], [t.type for t in out]
    span, null = first.span, nodes.Constant(None, first.span)
    if types[:2] == ["NAME", "ASSIGN"]:
        return [nodes.Assign("", nodes.Name(first.text, span), "=", null, span)]
    if first.type == "IF" and types[-1] != "THEN" and ("THEN" in types or any(t is refused for t in out[:-1])):
        return []  # a whole IF on one line, maybe with its THEN forgotten
    if first.type == "END":
        return [End(str(first.value), span)]
    if first.type in ("NEXT", "LOOP"):
        return [End(first.type, span)]
    if first.type in ("ELSEIF", "ELSE", "CASE", "CASEELSE", "CATCH", "FINALLY"):
        return [Part(first.type, span, null if first.type == "ELSEIF" else None)]
    name = nodes.Name(out[1].text if types[1:2] == ["NAME"] else "?", span)
    block = broken_block(first, name, null)
    return [] if block is None else [Opener(first.type, block, span)]


def broken_block(first: Token, name: nodes.Name, null: nodes.Expression) -> Block | None:
    """A block whose first line does not parse; None when the line opens none."""
    span = first.span
    match first.type:
        case "IF":
            return nodes.If([nodes.Arm(null, [], span)], [], False, span)
        case "FOR":
            return nodes.For(name, null, null, None, [], span)
        case "FOREACH":
            return nodes.ForEach(name, null, "", None, [], span)
        case "WHILE":
            return nodes.While(null, [], span)
        case "DO":
            return nodes.DoLoop("", None, [], "", None, span)
        case "SELECT":
            return nodes.Select(null, [], [], span)
        case "SUB":
            return nodes.Procedure("FUNCTION" if first.value == "FUNCTION" else "SUB", name, [], [], span)
        case "TRY":
            return nodes.Try([], None, None, None, span)
        case "WITH":
            return nodes.With(name, None, [], span)
        case "ONEVENT":
            return nodes.OnEvent(str(first.value), [], [], span)
    return None
