"""What remains of a turn that failed: words for the contact, the diagnostic for the log, the error for the record."""

import logging
from dataclasses import dataclass
from typing import Any

from tasktalk.interpreter.errors import ScriptError
from tasktalk.runtime.about import without_secrets
from tasktalk.runtime.answers.phrases import gave_up

_log = logging.getLogger("tasktalk.turn")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed turn. `reference` is what the contact is told to quote, and what finds the place in the log."""

    error: ScriptError
    reference: str
    rendered: str

    def apology(self, language: str | None) -> str:
        """What the contact is told: never what went wrong inside."""
        if self.error.code == "invalid-answer":
            return gave_up(language)
        return f"Sorry, something went wrong on our side. If you ask for help, please quote {self.reference}."

    def record(self) -> dict[str, Any]:
        """The failure as a row keeps it."""
        span = self.error.span
        return {
            "code": self.error.code,
            "message": without_secrets(self.error.message),
            "script": self.error.script,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "reference": self.reference,
        }


def failure(error: Exception, turn_id: str, bot: str, script: str, source: str) -> Failure:
    """Makes the record of a failed turn and writes it to the log; with its traceback where the fault is ours."""
    reference = turn_id[-8:].upper()
    if isinstance(error, ScriptError):
        found = error
    else:
        found = ScriptError("internal", "something went wrong inside TaskTalk")
        found.__cause__ = error
    found.script = found.script or script
    if found.span is None:
        place = f"{bot}/{found.script}" if found.script else bot
        rendered = f"{place}: error: {found.message}  [{found.code}]"
        if found.hint:
            rendered += f"\n    {found.hint}"
    else:
        rendered = found.diagnostic().render(f"{bot}/{found.script}", source)
    rendered = without_secrets(rendered)
    # An author can do nothing with a traceback: it would hide the three lines that tell what to mend.
    cause = found.__cause__ if found.code == "internal" else None
    _log.error("turn %s failed\n%s", reference, rendered, exc_info=cause)
    return Failure(found, reference, rendered)
