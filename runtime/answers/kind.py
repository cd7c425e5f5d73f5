"""What a kind of answer is, for the families of kinds beside this file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from tasktalk.interpreter.values import Value

Read: TypeAlias = Callable[[str, datetime], Value]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer.

    `expected` is the id of the phrase that completes "Please answer with …"; `read` gets the answer without blanks
    around it and the moment, and gives None for what is not of the kind. The text of a secret answer is kept nowhere,
    right or wrong. `read_in` reads what people write differently in another language, whose code is its third argument;
    None where that changes nothing. A kind that `is_slow` is read in a thread, so that nobody else's talk waits for it.
    """

    expected: str
    read: Read
    read_in: Callable[[str, datetime, str], Value] | None = field(default=None, kw_only=True)
    is_secret: bool = False
    is_slow: bool = False

    def of(self, answer: str, now: datetime, language: str | None) -> Value:
        """The answer of a person who speaks this language; None for what is not of the kind."""
        if language is None or self.read_in is None:
            return self.read(answer, now)
        return self.read_in(answer, now, language)
