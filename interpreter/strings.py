"""Texts in a script: quoted, triple-quoted, over several lines, with escapes and `${…}`.

Every look-ahead is bounded, or its failure is remembered, so that the time is linear in the length of any script.
"""

import re
from abc import ABC, abstractmethod

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.tokens import Cursor, Piece, Token
from tasktalk.interpreter.values import whole_characters

BODY = re.compile(r'(?:[^"\\\n$]|""|\\[^\n]|\$(?!\{))*')
AFTER_LONG_STRING = re.compile(
    r"""[ \t]*(?:$|\r?\n|[-+,)\]}&:;?*=<>']|//
    |(?:AS|WITH|THEN|AND|OR|TO|IN|FOR|DO|OPTIONAL|DESCRIPTION|DEFAULT|LIKE)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
TICK_ENDS_LINE = re.compile(r"[ \t]*[{\[]?[ \t]*\r?\n")
TICK_ALONE = re.compile(r"\n[ \t]*[}\]]?[ \t]*'(?=[ \t]*(?:\r?\n|,|\)|$))")
ESCAPE = re.compile(r'\\u([0-9A-Fa-f]{4})|\\(.)|""')
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
INTERPOLATED = re.compile(
    r"""[^{}"\\\n]*(?:(?:"(?:[^"\\\n]|\\[^\n])*"|\\"(?:[^"\\\n]|\\[^"\n])*\\"|\\(?!"))[^{}"\\\n]*)*"""
)
ESCAPED_QUOTES = re.compile(r"""\\"((?:[^"\\\n]|\\[^"\n])*)\\" """.strip())
MAX_INTERPOLATION = 1000  # characters of one `${…}`
MAX_BRACES = 4  # inside one `${…}`
MAX_INTERPOLATION_DEPTH = 4  # a `${…}` in a text in a `${…}`


class StringScanner(Cursor, ABC):
    """The part of the scanner that reads texts."""

    def __init__(
        self, source: str, diagnostics: list[Diagnostic], line: int = 1, column: int = 1, depth: int = 0
    ) -> None:
        super().__init__(source, diagnostics, line, column)
        self.depth = depth
        self.no_quote_before = -1  # a look-ahead for a closing quote failed up to here
        self.no_tick_before = -1  # the same for a closing ' alone on a line

    @abstractmethod
    def code(self, text: str, line: int, column: int) -> list[Token] | None:
        """The tokens of a `${…}` with their own places in the script; None when it is empty, or wrong and reported."""

    def string(self, start: int, gap: bool) -> Token:
        """The text that opens with the `"` at `start`."""
        if self.source.startswith('""', start):
            if not self.source.startswith('"""', start):
                token = self.token("string", start, start + 2, gap)
                token.parts = [""]
                return token
            if triple := self.triple_quoted(start, gap):
                return triple
        line, line_start, told = self.line, self.line_start, len(self.diagnostics)
        pieces: list[Piece] = []
        pos, first_newline = start + 1, -1
        while True:
            if body := BODY.match(self.source, pos):
                pieces.append(unescape(body.group()))
                pos = body.end()
            char = self.source[pos : pos + 1]
            if char == '"':
                if first_newline >= 0 and not AFTER_LONG_STRING.match(self.source, pos + 1):
                    self.no_quote_before = pos
                    break
                self.line, self.line_start = line, line_start
                token = self.token_over_lines("string", start, pos + 1, gap)
                token.parts = merge(pieces)
                return token
            if char == "$":
                end = interpolation_end(self.source, pos + 2)
                if end < 0:
                    pieces.append("${")
                    pos += 2
                else:
                    tokens = self.code(self.source[pos + 2 : end], self.line, pos + 3 - self.line_start)
                    pieces.append(self.source[pos : end + 1] if tokens is None else tokens)
                    pos = end + 1
            elif char == "\n":
                if first_newline < 0:
                    first_newline = pos
                    if start < self.no_quote_before:
                        break
                if self.source[pos - 1] == "\r":
                    pieces.append(str(pieces.pop()).removesuffix("\r"))
                pieces.append("\n")
                pos += 1
                self.line, self.line_start = self.line + 1, pos
            elif char == "\\":
                pieces.append("\\")
                pos += 1
            else:
                self.no_quote_before = len(self.source)
                break
        self.line, self.line_start = line, line_start
        del self.diagnostics[told:]  # of a `${…}` that is no text after all
        end = first_newline if first_newline >= 0 else len(self.source)
        token = self.token("string", start, start + len(self.source[start:end].rstrip("\r")), gap)
        token.parts = [token.text[1:]]
        last = token.text.rstrip()[-1]
        hint = f'write " instead of {last}' if last in "“”„" else 'add " at its end'
        self.report("unclosed-string", "this text has no closing quote", token, hint)
        return token

    def long_ticks(self, start: int, gap: bool) -> Token | None:
        """A text that opens with a `'` at a line end and closes with one alone on its line (maybe after a bracket)."""
        if start < self.no_tick_before or not TICK_ENDS_LINE.match(self.source, start + 1):
            return None
        close = TICK_ALONE.search(self.source, start + 1)
        if close is None:
            self.no_tick_before = len(self.source)
            return None
        token = self.token_over_lines("string", start, close.end(), gap)
        token.parts = [token.text[1:-1].replace("\r\n", "\n")]
        return token

    def triple_quoted(self, start: int, gap: bool) -> Token | None:
        """A text between three quotes and three quotes, if the first three end their line and the last three come."""
        if start < self.no_quote_before or not self.rest_is_blank(start + 3):
            return None
        close = self.source.find('"""', start + 3)
        if close < 0:
            return None
        token = self.token_over_lines("string", start, close + 3, gap)
        token.parts = [token.text[3:-3].replace("\r\n", "\n")]
        return token

    def raw_pieces(self, text: str) -> list[Piece]:
        """Literal text and `${…}` of a block whose first line is the cursor's."""
        pieces: list[Piece] = []
        pos, counted, line = 0, 0, self.line
        while (at := text.find("${", pos)) >= 0:
            end = interpolation_end(text, at + 2)
            if end < 0 or (at > 0 and text[at - 1] == "\\"):
                pieces.append(text[pos:at].removesuffix("\\") + "${")
                pos = at + 2
                continue
            line, counted = line + text.count("\n", counted, at), at
            tokens = self.code(text[at + 2 : end], line, at + 2 - text.rfind("\n", 0, at))
            pieces.append(text[pos:at])
            pieces.append(text[at : end + 1] if tokens is None else tokens)
            pos = end + 1
        return merge([*pieces, text[pos:]])


def unescape(text: str) -> str:
    """The text that a literal with escapes and doubled quotes stands for; two halves of a character become one."""
    if "\\" not in text and '""' not in text:
        return text
    return whole_characters(ESCAPE.sub(unescaped, text))


def unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return ESCAPES.get(match[2], match[2]) if match[2] else '"'


def merge(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring literal pieces joined, empty ones left out; always at least one piece."""
    out: list[Piece] = []
    literal: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            literal.append(piece)
            continue
        if text := "".join(literal):
            out.append(text)
        literal.clear()
        out.append(piece)
    if (text := "".join(literal)) or not out:
        out.append(text)
    return out


def interpolation_end(source: str, pos: int) -> int:
    """Where the `}` of the `${` before `pos` is; -1 if not on its line, or too far, or behind too many braces."""
    depth, limit = 0, pos + MAX_INTERPOLATION
    while pos < limit:
        if text := INTERPOLATED.match(source, pos, limit):
            pos = text.end()
        char = source[pos : pos + 1]
        if char == "{" and depth < MAX_BRACES:
            depth += 1
        elif char != "}":
            return -1
        elif depth == 0:
            return pos
        else:
            depth -= 1
        pos += 1
    return -1
