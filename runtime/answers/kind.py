"""What a kind of answer is, for the families of kinds beside this file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers.phrases import Expected

Read: TypeAlias = Callable[[str, datetime], Value]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer.

    `expected` is the id of the phrase that completes "Please answer with …"; `read` gets the answer without blanks
    around it and the moment, and gives None for what is not of the kind. The text of a secret answer is kept nowhere,
    right or wrong. `read_in` reads what people write differently in another language, whose code is its third argument;
    None where that changes nothing. A kind that `is_slow` is read in a thread, so that nobody else's talk waits for it.
    `first` gives what an answer has that is only the first part of one, as text; then only the `rest` of that is asked
    for, and `whole` gives both as one answer, None where the second is no such rest. `takes` says whether a file that
    was sent is an answer of the kind: its link is the value then, and what is written beside it does not matter.
    """

    expected: str
    read: Read
    read_in: Callable[[str, datetime, str], Value] | None = field(default=None, kw_only=True)
    is_secret: bool = False
    is_slow: bool = False
    first: Callable[[str, datetime, str | None], str | None] | None = field(default=None, kw_only=True)
    rest: Callable[[str], Expected] | None = field(default=None, kw_only=True)
    whole: Callable[[str, str], str | None] | None = field(default=None, kw_only=True)
    takes: Callable[[Mapping[str, Any]], bool] | None = field(default=None, kw_only=True)

    def of(self, answer: str, now: datetime, language: str | None) -> Value:
        """The answer of a person who speaks this language; None for what is not of the kind."""
        if language is None or self.read_in is None:
            return self.read(answer, now)
        return self.read_in(answer, now, language)

    def after(self, first: str | None, answer: str, now: datetime, language: str | None) -> tuple[Value, str | None]:
        """The answer as `of` reads it, or what there is of its first part; `first` is that of the answers before."""
        if first is not None and self.whole is not None:
            answer = self.whole(first, answer) or answer
        found = self.of(answer, now, language)
        if found is not None or self.first is None:
            return found, None
        return None, self.first(answer, now, language) or first

    def sent(self, files: Sequence[Mapping[str, Any]]) -> str | None:
        """The link to the first of the files that is of the kind."""
        return next((str(file["url"]) for file in files if self.takes is not None and self.takes(file)), None)

    def expects(self, first: str | None) -> Expected:
        """What is to be asked for when this is all that there is."""
        return Expected(self.expected) if first is None or self.rest is None else self.rest(first)
