"""Blanks inside of a logical line, for the formatter: one around operators and behind commas, never two in a row.

Blanks say something in some places (`f (x)` and `f(x)`), so a line whose terminals would change keeps those it has.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tasktalk.interpreter.lexer import Classifier
from tasktalk.interpreter.phrases import Phrases
from tasktalk.interpreter.scanner import Scanner
from tasktalk.interpreter.tokens import Token

SURROUNDED = frozenset(("BINARY", "ASSIGN", "PAIR", "QMARK", "TCOLON"))
NOT_BEFORE = frozenset(("COMMA", "RCOMMA", "COLON"))
BEHIND = NOT_BEFORE | {"SEP"}
OPENERS, CLOSERS = frozenset("(["), frozenset(")]")


class Edit(NamedTuple):
    """The blanks between two columns of a line, and what is put there."""

    line: int
    start: int
    end: int
    blanks: str


def edits(tokens: Sequence[Token], terminals: Sequence[Token], lines: Sequence[str], phrases: Phrases) -> list[Edit]:
    """What changes the blanks of one logical line, from left to right; nothing where that would change its meaning.

    `tokens` are the line's and `terminals` what the lexer made of them; `lines` are those of the source, from 1.
    """
    out: list[Edit] = []
    for a, b in pairwise(tokens):
        start, end = a.span[2:], b.span[:2]
        line = lines[a.span.end_line]
        gap = line[a.span.end_column - 1 : b.span.column - 1]
        if a.span.end_line != b.span.line or start > end or gap.strip() or b.type == "BODY":
            continue
        wanted = blanks(a, b, gap, line)
        if wanted != gap:
            out.append(Edit(b.span.line, a.span.end_column, b.span.column, wanted))
    if not out:
        return out
    first, last = tokens[0].span.line, tokens[-1].span.end_line
    changed = list(lines[first : last + 1])
    for edit in reversed(out):
        changed[edit.line - first] = apply(changed[edit.line - first], edit)
    return out if meaning(terminals) == meaning(scanned("\n".join(changed), phrases)) else []


def blanks(a: Token, b: Token, gap: str, line: str) -> str:
    """What stands between two neighbours."""
    if b.type in NOT_BEFORE or a.text in OPENERS or b.text in CLOSERS:
        return ""
    if a.type in BEHIND:
        return " "
    for token in (a, b):
        is_step = line[token.span.column - 1 : token.span.end_column - 1] in ("++", "--")
        if token.type in SURROUNDED and not is_step:
            return " "
    return " " if gap else ""


def apply(line: str, edit: Edit) -> str:
    """The line with the edit made; edits of a line are made from right to left."""
    return line[: edit.start - 1] + edit.blanks + line[edit.end - 1 :]


def scanned(text: str, phrases: Phrases) -> list[Token]:
    """The terminals of a text, if it is one logical line; else none."""
    lines = list(Scanner(text, [], free_text=phrases.free_text).lines())
    return Classifier(lines[0], phrases, []).run() if len(lines) == 1 else []


def meaning(terminals: Sequence[Token]) -> list[tuple[str, str, object]]:
    """What the grammar and the builder read of terminals."""
    return [(t.type, " ".join(t.upper.split()), t.value) for t in terminals]
