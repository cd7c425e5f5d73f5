"""What is wrong with a script: a place, one sentence in the author's words, a stable code, and a way out.

The same shapes serve `check`, the editor, the log of a running bot and the tests.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from typing import Literal, NamedTuple

from tasktalk.interpreter.newlines import with_line_feeds

Severity = Literal["error", "warning"]


class Span(NamedTuple):
    """A stretch of source: 1-based lines and columns; the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: "Span") -> "Span":
        """The stretch from the start of this one to the end of `other`."""
        return new_span(Span, (self[0], self[1], other[2], other[3]))


# a Span of its four numbers: the class's own constructor takes twice the time, and a line has many spans
new_span: Callable[[type[Span], tuple[int, int, int, int]], Span] = tuple.__new__


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. An "error" keeps the script from running, a "warning" does not."""

    code: str
    message: str
    span: Span
    hint: str | None = None
    severity: Severity = "error"

    def render(self, path: str, source: str) -> str:
        """The finding as bot authors see it: place, sentence, the line with a caret, the hint; long lines are cut."""
        line, column, end_line, end_column = self.span
        lines = with_line_feeds(source).split("\n")
        text = (lines[line - 1] if line <= len(lines) else "").rstrip("\r").replace("\t", " ")
        width = max(1, (end_column if end_line == line else len(text) + 1) - column)
        start = max(0, column - 60)
        shown = ("…" if start else "") + text[start : start + 100] + ("…" if len(text) > start + 100 else "")
        caret = " " * (column - 1 - start + bool(start)) + "^" * min(width, 60)
        head = f"{path}:{line}:{column}: {self.severity}: {self.message}  [{self.code}]"
        return f"{head}\n{line:>5} | {shown}\n      | {caret}" + (f"  {self.hint}" if self.hint else "")


class NotRunnable(Exception):
    """A script with errors; `diagnostics` has all of them, and the warnings."""

    def __init__(self, name: str, source: str, diagnostics: list[Diagnostic]) -> None:
        super().__init__(f"{name} has {sum(d.severity == 'error' for d in diagnostics)} error(s)")
        self.name, self.source, self.diagnostics = name, source, diagnostics


class Refused(Exception):
    """Raised by a keyword or by the domain: what was asked for cannot be done, why, and what would be right.

    In a script it becomes a catchable error at the script's own line; at an API the dialect spells it its own way.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class ScriptError(Exception):
    """An error of a running script.

    `span`, `script` (its file name) and `keyword` (the phrase that refused, if one did) are known once it has left the
    script's code.
    """

    def __init__(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        script: str | None = None,
        keyword: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.span, self.hint = code, message, span, hint
        self.script, self.keyword = script, keyword

    def diagnostic(self) -> Diagnostic:
        """The same finding in the form of a compile-time one."""
        return Diagnostic(self.code, self.message, self.span or Span(1, 1, 1, 2), self.hint)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word or phrase that was probably meant, or None; upper and lower case are alike.

    Of phrases with as many words, each word has to be near: DELETE TASK is not meant for COMPLETE TASK.
    """
    word = word.upper()
    size, least = len(word), 0.75 if len(word) > 3 else 0.66
    # a ratio is at most that of the lengths: most words need no closer look
    spelled = {u: k for k in known if 2 * min(size, len(u := k.upper())) >= least * (size + len(u))}
    for found in get_close_matches(word, spelled, 3, least):
        pairs = list(zip(word.split(), found.split(), strict=False))
        is_near = len(word.split()) != len(found.split()) or all(_is_near(*pair) for pair in pairs)
        if found != word and is_near:
            return spelled[found]
    return None


def _is_near(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() >= (0.6 if len(one) > 3 else 0.5)


def as_warning(diagnostic: Diagnostic) -> Diagnostic:
    """The same finding, one that does not keep the script from running."""
    return replace(diagnostic, severity="warning")
