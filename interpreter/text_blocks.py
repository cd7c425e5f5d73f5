"""Blocks of text in a script: BEGIN TALK … END TALK and its kin, TABLE, and any BEGIN … END that nobody has.

To look for an END costs a look at all that follows, so those that have none are remembered: the time stays linear.
"""

import re
from abc import abstractmethod

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.nodes import Comment
from tasktalk.interpreter.strings import StringScanner
from tasktalk.interpreter.tokens import Piece, Token

INDENT = r"[ \t\f\xa0\u2000-\u200b\u202f\u3000]"  # blanks before a line and between words, of any width
BLOCK = re.compile(
    rf"""{INDENT}*+(BEGIN{INDENT}+(?:TALK|SYSTEM{INDENT}+PROMPT|MAIL)(?!\w)|TABLE(?={INDENT}+[\w\"])
    |BEGIN{INDENT}+(?P<other>[^\W\d]\w*(?:{INDENT}+[^\W\d]\w*){{0,2}}))""",
    re.IGNORECASE | re.VERBOSE,
)
# lines that start a statement whatever bracket is open above them, and whatever ends the line above
SURE_START = re.compile(
    r"""[ \t]*+(?:(?:END[ \t]+(?:IF|FOR|WHILE|SUB|FUNCTION|SELECT|SWITCH|TRY|WITH|ON|TALK|TABLE)|NEXT|LOOP|WEND)\b
    (?![ \t]*[:=.,])
  |(?:TALK|HEAR|PRINT|PARAM|RETURN|FOR[ \t]+EACH|ELSE[ \t]+IF|DO[ \t]+WHILE|SELECT[ \t]+CASE)[ \t]+[\w"]
  |IF[ \t][^\n]*[ \t]THEN\b)""",
    re.IGNORECASE | re.VERBOSE,
)
WORD = re.compile(r"\w+")
MAX_MISSED = 100  # kinds of blocks without END that are looked for


class BlockScanner(StringScanner):
    """The part of the scanner that reads blocks of text."""

    def __init__(
        self, source: str, diagnostics: list[Diagnostic], line: int = 1, column: int = 1, depth: int = 0
    ) -> None:
        super().__init__(source, diagnostics, line, column, depth)
        self.comments: list[Comment] = []
        self.no_end: set[str] = set()  # kinds of blocks known to have none

    @abstractmethod
    def head(self, start: int, end: int, diagnostics: list[Diagnostic]) -> tuple[list[Token], list[Comment]]:
        """The tokens and comments of a part of the cursor's line."""

    def text_block(self, begin: re.Match[str]) -> tuple[list[Token], int]:
        """One logical line for BEGIN TALK … END TALK and its kin: head tokens and a body; and where it ends."""
        if begin["other"]:
            return self.other_block(begin)
        kind = " ".join(begin[1].upper().split()).removeprefix("BEGIN ")
        head_end = self.end_of_line(begin.end())
        head, comments = self.head(begin.end(), head_end, self.diagnostics)
        start = self.token("block", begin.start(1), begin.end())
        start.value = kind
        block = [start, *head]
        if kind == "TABLE" and len(block) > 1 and block[1].text in ("=", "."):
            return [], begin.start()
        self.comments.extend(comments)
        close = None if kind in self.no_end else end_of_block(kind).search(self.source, head_end)
        if close is None:
            self.no_end.add(kind)
            form = kind if kind == "TABLE" else f"BEGIN {kind}"
            self.report("unclosed-block", f"this {form} is never closed", start, f"add END {kind} after its last line")
            return [], self.skip_text(head_end)
        self.line, self.line_start = self.line + 1, head_end + 1
        text = self.source[self.line_start : max(self.line_start, close.start() - 1)].replace("\r\n", "\n")
        text = text.removesuffix("\r")
        pieces: list[Piece] = [text] if kind == "TABLE" else self.raw_pieces(text)
        body = self.token_over_lines("body", self.line_start, close.end(), True)
        body.parts = pieces
        return [*block, body], close.end()

    def other_block(self, begin: re.Match[str]) -> tuple[list[Token], int]:
        """BEGIN CARD "x" … END CARD, which nobody has: all between is text. The longest name with an END counts."""
        names = begin["other"].upper().split()
        is_missed = names[0] in self.no_end or len(self.no_end) > MAX_MISSED
        close = None if is_missed else end_of_block(names[0]).search(self.source, self.end_of_line(begin.end()))
        if close is None:
            self.no_end.add(names[0])
            return [], begin.start()
        said = close[0].upper().split()[1:]
        while said[: len(names)] != names:
            names.pop()
        head_end = begin.start("other") + [m.end() for m in WORD.finditer(begin["other"])][len(names) - 1]
        start = self.token("block", begin.start(1), head_end)
        start.value = " ".join(names)
        line_end = self.end_of_line(head_end)
        _, comments = self.head(head_end, line_end, [])
        self.comments.extend(comments)
        said_end = min((c.span.column - 1 + self.line_start for c in comments), default=line_end)
        body = self.token_over_lines("body", head_end, close.end(), True)
        text = self.source[head_end:said_end].rstrip() + self.source[line_end : close.start()].removesuffix("\n")
        body.parts = [text.replace("\r", "")]
        return [start, body], close.end()

    def skip_text(self, pos: int) -> int:
        """Goes over what looks like the text of a block without END: up to the first line that surely is code."""
        while pos < len(self.source) and not SURE_START.match(self.source, pos + 1):
            pos = self.end_of_line(pos + 1)
            self.line, self.line_start = self.line + 1, self.source.rfind("\n", 0, pos) + 1
        return pos


def end_of_block(kind: str) -> re.Pattern[str]:
    """What closes a block of text of this kind."""
    words_of_kind = f"{INDENT}+".join(kind.split())
    return re.compile(rf"^{INDENT}*END{INDENT}+{words_of_kind}(?!\w)[^\n]*", re.IGNORECASE | re.MULTILINE)
