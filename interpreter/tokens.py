"""One word of a script with its place, and the cursor that cuts words out of the source."""

from typing import TypeAlias

from tasktalk.interpreter.errors import Diagnostic, Span, new_span
from tasktalk.interpreter.nodes import Expression

Piece: TypeAlias = "str | list[Token] | Expression"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables of words and signs."""
    return frozenset(text.split())


class Token:
    """A stretch of the source. `type` is the scanner's kind until the lexer gives it a terminal of the grammar.

    `value` is what the terminal means (an operator in its one spelling, a constant, a number); `parts` are the literal
    texts and the `${…}` of a string, as tokens until the parser has made expressions of them. `gap` says whether a
    blank stands before it, `end_pos` where in the source it ends.
    """

    __slots__ = ("end_pos", "gap", "parts", "span", "text", "type", "upper", "value")

    def __init__(self, type_: str, text: str, gap: bool, span: Span, end_pos: int) -> None:
        self.type, self.text, self.gap, self.span, self.end_pos = type_, text, gap, span, end_pos
        self.upper = text.upper() if type_ == "word" else text
        self.value: str | int | float | bool | None = None
        self.parts: list[Piece] | None = None

    def __repr__(self) -> str:
        return f"{self.type}:{self.text!r}"


class Cursor:
    """A place in a source that goes forward; findings go to `diagnostics`."""

    def __init__(self, source: str, diagnostics: list[Diagnostic], line: int = 1, column: int = 1) -> None:
        self.source, self.diagnostics = source, diagnostics
        self.line, self.line_start = line, 1 - column

    def token(self, kind: str, start: int, end: int, gap: bool = True) -> Token:
        """The token from `start` to `end`, which lie on the cursor's line."""
        line, before = self.line, self.line_start - 1
        return Token(kind, self.source[start:end], gap, new_span(Span, (line, start - before, line, end - before)), end)

    def token_over_lines(self, kind: str, start: int, end: int, gap: bool) -> Token:
        """The token from `start` on the cursor's line to `end` on a later one, where the cursor's line then is."""
        line, column = self.line, start - self.line_start + 1
        if newlines := self.source.count("\n", start, end):
            self.line += newlines
            self.line_start = self.source.rfind("\n", 0, end) + 1
        span = Span(line, column, self.line, end - self.line_start + 1)
        return Token(kind, self.source[start:end], gap, span, end)

    def report(self, code: str, message: str, token: Token, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, token.span, hint))

    def end_of_line(self, pos: int) -> int:
        """Where the line that holds `pos` ends: at its line feed or at the end of the source."""
        end = self.source.find("\n", pos)
        return len(self.source) if end < 0 else end

    def rest_is_blank(self, pos: int) -> bool:
        """Whether nothing but blanks follows `pos` on its line."""
        return not self.source[pos : self.end_of_line(pos)].strip()
