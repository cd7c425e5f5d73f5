"""What HEAR makes of an answer: one entry for each kind of answer, with what it expects and how it is read.

It knows no conversation: HEAR asks, refuses and counts; here a text becomes a value or it does not.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Answer: TypeAlias = str | int | float | bool | datetime
Read: TypeAlias = Callable[[str, datetime], Answer | None]

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_LARGEST = 2**63 - 1
_EXACT = 2**53  # up to here a float is the whole number that was written

_YES = frozenset(
    [
        "yes",
        "y",
        "yeah",
        "yep",
        "yup",
        "sure",
        "ok",
        "okay",
        "true",
        "on",
        "1",
        "correct",
        "right",
        "si",
        "sí",
        "sim",
        "oui",
        "ja",
    ]
)
_NO = frozenset(["no", "n", "nope", "nah", "false", "off", "0", "wrong", "não", "nao", "non", "nein"])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer. `expected` completes the sentence "I need …"; `read` gives None for what is not of the kind."""

    expected: str
    read: Read


def _text(answer: str, now: datetime) -> str | None:
    return answer


def _number(answer: str, now: datetime) -> int | float | None:
    if _GROUPED.fullmatch(answer):
        plain = re.sub(r"[, \u00a0\u202f]", "", answer)
    elif _PLAIN.fullmatch(answer):
        plain = answer.replace(",", ".")
    else:
        return None
    if len(plain) > 300:
        return None
    if "." not in plain:
        whole = int(plain)
        return whole if abs(whole) <= _LARGEST else float(whole)
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _integer(answer: str, now: datetime) -> int | None:
    value = _number(answer, now)
    return value if isinstance(value, int) else None


def _boolean(answer: str, now: datetime) -> bool | None:
    word = answer.casefold().strip(" .!")
    return True if word in _YES else False if word in _NO else None


def _date(answer: str, now: datetime) -> datetime | None:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(answer.casefold())
    if near is not None:
        return midnight + timedelta(days=near)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", answer):
        return None
    try:
        return datetime.strptime(answer, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


KINDS: dict[str, Kind] = {
    "TEXT": Kind("some words", _text),
    "STRING": Kind("some words", _text),
    "INTEGER": Kind("a whole number, such as 3", _integer),
    "NUMBER": Kind("a number, such as 3.5", _number),
    "FLOAT": Kind("a number, such as 3.5", _number),
    "DECIMAL": Kind("a number, such as 3.5", _number),
    "BOOLEAN": Kind("yes or no", _boolean),
    "DATE": Kind("a date like 2026-03-31, or today or tomorrow", _date),
}


@dataclass(frozen=True, slots=True)
class Menu:
    """Choices of which the answer must be one; with `is_open` anything else is let through as it is."""

    choices: Sequence[str]
    is_open: bool = False

    @classmethod
    def of(cls, choices: Sequence[str]) -> "Menu":
        """The menu of these choices, where `*` stands for anything else."""
        named = [choice for choice in choices if choice != "*"]
        return cls(named, is_open=len(named) < len(choices))

    @property
    def expected(self) -> str:
        """What completes the sentence "I need …"."""
        shown = list(self.choices)
        return "one of these: " + ", ".join(shown) if len(shown) > 1 else "".join(shown)

    def read(self, answer: str) -> str | None:
        """The choice that was meant, in the script's own spelling: as written, but for case, by its number, or by a
        part that only one has."""
        folded = [choice.strip().casefold() for choice in self.choices]
        word = answer.casefold()
        if answer in self.choices:
            return answer
        if word in folded:
            return self.choices[folded.index(word)]
        number = word.removesuffix(".").removesuffix(")")
        if number.isascii() and number.isdigit() and len(number) < 5 and 1 <= int(number) <= len(self.choices):
            return self.choices[int(number) - 1]
        near = [choice for choice, text in zip(self.choices, folded, strict=True) if word and word in text]
        if len(near) == 1:
            return near[0]
        return answer if self.is_open and answer else None
