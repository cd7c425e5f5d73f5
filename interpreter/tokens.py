"""One word of a script with its place, and the cursor that cuts words out of the source."""

from typing import TypeAlias

from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.nodes import Expression

Piece: TypeAlias = "str | list[Token]"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables of words and signs."""
    return frozenset(text.split())


class Token:
    """A stretch of the source. `type` is the scanner's kind until the lexer gives it a terminal of the grammar.

    `value` is what the terminal means (an operator in its one spelling, a constant, a number); `pieces` are the literal
    texts and the `${…}` of a string as they were scanned, `parts` the same with the `${…}` parsed. `gap` says whether a
    blank stands before it.
    """

    __slots__ = (
        "column", "end_column", "end_line", "end_pos", "gap", "line", "parts", "pieces", "start_pos", "text", "type",
        "upper", "value",
    )  # fmt: skip

    def __init__(
        self,
        type_: str,
        text: str,
        gap: bool,
        line: int,
        column: int,
        end_line: int,
        end_column: int,
        start_pos: int,
        end_pos: int,
    ) -> None:
        self.type, self.text, self.gap = type_, text, gap
        self.upper = text.upper() if type_ == "word" else text
        self.line, self.column, self.end_line, self.end_column = line, column, end_line, end_column
        self.start_pos, self.end_pos = start_pos, end_pos
        self.value: str | int | float | bool | None = None
        self.pieces: list[Piece] | None = None
        self.parts: list[str | Expression] = []

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self.end_line, self.end_column)

    def __repr__(self) -> str:
        return f"{self.type}:{self.text!r}"


class Cursor:
    """A place in a source that goes forward; findings go to `diagnostics`."""

    def __init__(self, source: str, diagnostics: list[Diagnostic], line: int = 1, column: int = 1) -> None:
        self.source, self.diagnostics = source, diagnostics
        self.line, self.line_start = line, 1 - column

    def token(self, kind: str, start: int, end: int, gap: bool = True) -> Token:
        """The token from `start` to `end`, which lie on the cursor's line."""
        column = start - self.line_start + 1
        line = self.line
        return Token(kind, self.source[start:end], gap, line, column, line, column + end - start, start, end)

    def token_over_lines(self, kind: str, start: int, end: int, gap: bool) -> Token:
        """The token from `start` on the cursor's line to `end` on a later one, where the cursor's line then is."""
        line, column = self.line, start - self.line_start + 1
        if newlines := self.source.count("\n", start, end):
            self.line += newlines
            self.line_start = self.source.rfind("\n", 0, end) + 1
        end_column = end - self.line_start + 1
        return Token(kind, self.source[start:end], gap, line, column, self.line, end_column, start, end)

    def report(self, code: str, message: str, token: Token, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, token.span, hint))

    def end_of_line(self, pos: int) -> int:
        """Where the line that holds `pos` ends: at its line feed or at the end of the source."""
        end = self.source.find("\n", pos)
        return len(self.source) if end < 0 else end

    def rest_is_blank(self, pos: int) -> bool:
        """Whether nothing but blanks follows `pos` on its line."""
        return not self.source[pos : self.end_of_line(pos)].strip()
