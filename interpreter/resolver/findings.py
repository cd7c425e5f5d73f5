"""What the resolver gives besides the program: findings, and declarations that are read without running the script."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tasktalk.interpreter.errors import Diagnostic, Span, nearest
from tasktalk.interpreter.tree import Script
from tasktalk.interpreter.values import Value


class Declaration(NamedTuple):
    """Something that a script declares at its top level: a keyword's phrase and its constant arguments by name.

    With a `handler` the declaration has a body, which a host starts by that name (Session.start_handler), with those of
    the values in `takes` that it has.
    """

    phrase: str
    values: dict[str, Value]
    span: Span
    handler: str | None = None
    takes: tuple[str, ...] = ()


class Resolved(NamedTuple):
    """A resolved script."""

    script: Script
    diagnostics: list[Diagnostic]
    declarations: list[Declaration]


# two for each of the twenty findings that are told; to look for one takes a millisecond
_MOST_LOOK_UPS = 40


@dataclass(slots=True)
class Findings:
    """Collects what is wrong with a script."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    look_ups: int = 0

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """One thing that keeps the script from running."""
        self.diagnostics.append(Diagnostic(code, message, span, hint))

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that was probably meant; None too when enough have been looked for in this script."""
        self.look_ups += 1
        return nearest(word, known) if self.look_ups <= _MOST_LOOK_UPS else None
