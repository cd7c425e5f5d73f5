"""Why a line does not parse, in the author's words, from the token that did not fit and what stands around it."""

from collections.abc import Collection, Sequence

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Diagnostic, Span, nearest
from tasktalk.interpreter.lines import End
from tasktalk.interpreter.phrases import STRUCTURE, Phrases
from tasktalk.interpreter.tokens import Token, words

# the words that a statement cannot do without, in their order: terminal and word
NEEDS = {
    "FOR": (("ASSIGN", "="), ("TO", "TO")),
    "FOREACH": (("IN", "IN"),),
    "IF": (("THEN", "THEN"),),
    "ELSEIF": (("THEN", "THEN"),),
}
FORMS = {
    "FOR": "FOR i = first TO last",
    "FOREACH": "FOR EACH item IN list",
    "IF": "IF condition THEN",
    "ELSEIF": "ELSE IF condition THEN",
    "CASE": "CASE value, value",
    "SUB": "SUB name(a, b)",
    "SELECT": "SELECT CASE value",
    "WITH": "WITH name",
    "GOTO": "GOTO label",
    "CATCH": "CATCH e",
    "ON": "ON n GOTO a, b",
}
# terminals that a value must follow
VALUE_DUE = words(
    """BINARY PREFIX ASSIGN COMMA LPAR LSQB CALL COLON QMARK TCOLON PAIR TO STEP IN UNTIL IF ELSEIF WHILE SELECT CASE
    CLAUSE SEMI TIGHT TIGHTAS LIMIT"""
)
OPERANDS = words("STRING NUMBER NAME CONSTANT LPAR LBRACE COMMAND")
OPERATOR_HINTS = {"=<": "write <=", "><": "write <>", "=>": "write >=", "=!": "write <>"}
SCANNERS = frozenset(("unclosed-bracket", "unclosed-string", "character", "bracket", "number"))
ENDS = sorted(phrase for phrase, terminal in STRUCTURE.items() if terminal == "END")
JUMPS = frozenset(("GOTO", "GOSUB"))
MAX_SHOWN = 30


def shown(token: Token) -> str:
    text = token.text.split("\n")[0]
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 2] + "…"


def is_told(diagnostics: list[Diagnostic], line: int) -> bool:
    """Whether the scanner has already found what is wrong with the logical line that begins at `line`."""
    last = diagnostics[-1] if diagnostics else None
    return last is not None and last.code in SCANNERS and last.span.line >= line


def unexpected(out: list[Token], refused: Token, expected: Collection[str]) -> Diagnostic:
    """The diagnostic for a token that the grammar refused, among the terminals `out` of its line."""
    index = next((i for i, token in enumerate(out) if token is refused), len(out))
    if refused.type in ("DOT", "LSQB") and index == 2 and out[0].type in ("FOR", "FOREACH"):
        word = "FOR EACH" if out[0].type == "FOREACH" else "FOR"
        message = f"{word} needs a plain variable, and no field or element"
        return Diagnostic("not-a-variable", message, out[1].span.to(refused.span), f"the form is: {FORMS[out[0].type]}")
    if refused.type == "JUXT":
        index += 1
    token = out[index] if index < len(out) else None
    previous = next((t for t in reversed(out[:index]) if t.type != "JUXT"), None)
    head = next((t for t in reversed(out[:index]) if t.type in FORMS), None)
    form = f"the form is: {FORMS[head.type]}" if head else None
    where = token.span if token else behind(previous)
    if head and head.type in NEEDS:
        seen = {t.type for t in out[out.index(head) : index]}
        for terminal, word in NEEDS[head.type]:
            if terminal not in seen and (terminal in expected or "BINARY" in expected):
                if token and (near := nearest(token.text, [word])):
                    return Diagnostic(
                        "misspelt", f"'{shown(token)}' is not expected here", where, f"did you mean {near}?"
                    )
                code = "missing-then" if word == "THEN" else "missing-word"
                return Diagnostic(code, f"{word} is missing here", where, form)
    if previous is not None and previous.type in VALUE_DUE and ("NAME" in expected or "KEY" in expected):
        if token and token.type == previous.type == "BINARY" and previous.span[2:] == token.span[:2]:
            text = previous.text + token.text
            span = previous.span.to(token.span)
            return Diagnostic("syntax", f"'{text}' is not an operator", span, OPERATOR_HINTS.get(text))
        return Diagnostic("missing-value", f"a value is missing after '{shown(previous)}'", where, form)
    if "TCOLON" in expected and any(t.type == "QMARK" for t in out[:index]):
        return Diagnostic("syntax", "the second half of this choice is missing", where, "the form is: c ? yes : no")
    if token is None:
        return Diagnostic("syntax", "the line ends too early", where, form)
    if token.type in ("RPAR", "RSQB", "RBRACE"):
        return Diagnostic("bracket", f"this {token.text} closes nothing", where)
    if token.type == "SEP":
        return Diagnostic("syntax", "':' is not expected here", where, "it parts two statements on one line")
    if token.type == "ASSIGN":
        return Diagnostic("syntax", "only a variable, a field or an element can be set", where)
    if token.type in OPERANDS and previous is not None:
        message = f"'{shown(token)}' does not go on from '{shown(previous)}'"
        return Diagnostic("syntax", message, where, form or "an operator or a comma is missing")
    return Diagnostic("syntax", f"'{shown(token)}' is not expected here", where, form)


def behind(token: Token | None) -> Span:
    """The column after a token, where something is missing."""
    if token is None:
        return Span(1, 1, 1, 2)
    _, _, line, column = token.span
    return Span(line, column, line, column + 1)


def not_a_statement(value: nodes.Expression) -> Diagnostic:
    """`x == 5` or `total` where a statement is due."""
    if isinstance(value, nodes.Binary) and value.operator == "=":
        message, hint = "this compares and does nothing with the result", "to set a variable write one ="
        if not isinstance(value.left, nodes.Name | nodes.Field | nodes.Index):
            message, hint = "only a variable, a field or an element can be set", "write name = value"
        return Diagnostic("not-a-statement", message, value.span, hint)
    hint = "put it in a variable or TALK it"
    if isinstance(value, nodes.Number) and value.span.column > 1:  # behind a colon
        hint = 'a time of day stands in quotes: "17:00"'
    return Diagnostic("not-a-statement", "this is a value, not a statement", value.span, hint)


def is_on_timeout(tokens: Sequence[Token]) -> bool:
    """ON TIMEOUT: …, which would run at once what follows it; ON timeout GOTO a, b is something else."""
    if len(tokens) < 2 or tokens[0].upper != "ON" or tokens[1].upper != "TIMEOUT":
        return False
    return len(tokens) == 2 or tokens[2].text == ":" or (tokens[2].type == "word" and tokens[2].upper not in JUMPS)


def on_timeout(tokens: Sequence[Token]) -> Diagnostic:
    """What to say of it."""
    hint = "write HEAR answer TIMEOUT 5 MINUTES, and below it IF TIMEDOUT THEN …"
    return Diagnostic("not-supported", "there is no ON TIMEOUT", tokens[0].span.to(tokens[1].span), hint)


def misspelt_end(command: nodes.Command, phrases: Phrases) -> tuple[Diagnostic, End] | None:
    """END FI, ENDIFF, WNED: an unknown command that is nearly the end of a block, and that end."""
    if command.phrase in phrases.entries or command.clauses or len(command.arguments) > 1:
        return None
    words = command.phrase.upper()
    if command.arguments:
        argument = command.arguments[0]
        if not isinstance(argument, nodes.Name):
            return None
        words += " " + argument.name.upper()
    near = nearest(words, [end for end in ENDS if end[0] == words[0]])
    if near is None:
        return None
    message = f"there is no keyword {words}"
    return Diagnostic("unknown-keyword", message, command.span, f"did you mean {near}?"), End(near, command.span)
