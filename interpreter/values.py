"""The values of the language: what they are, and how they read as text, as a number and as a truth.

What exceeds a limit is a catchable error of the script.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias, Union

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.limits import current

INTEGER_LIMIT = 2**63
_LOWEST = -INTEGER_LIMIT
_SHOWN_DEPTH = 4
_HALF = re.compile("[\ud800-\udfff]")

Value: TypeAlias = Union[bool, int, float, str, datetime, "list[Value]", "dict[str, Value]", None]


class Rows(list[Value]):
    """A row list, as FIND gives it: a list of records whose field access goes to the first row."""

    __slots__ = ()


class Handle(str):
    """A text that also has fields: the id of something, with what else is known of it."""

    __slots__ = ("fields",)
    fields: dict[str, Value]

    @classmethod
    def of(cls, text: str, fields: dict[str, Value]) -> "Handle":
        """The text with these fields, whose names are in small letters."""
        made = cls(text)
        made.fields = fields
        return made


def type_name(value: Value) -> str:
    """The word that TYPEOF gives and that messages use."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case datetime():
            return "date"
        case list():
            return "list"
    return "record"


def wrong_type(value: Value, wanted: str) -> ScriptError:
    """The error for a value of the wrong type; `wanted` says what would be right, with its article."""
    if isinstance(value, str):
        shown = f"'{value[:40]}{'…' if len(value) > 40 else ''}'"
    else:
        shown = "null" if value is None else f"this {type_name(value)}"
        if isinstance(value, int | float):
            shown = text(value)
    return ScriptError("wrong-type", f"{shown} is not {wanted}")


def text(value: Value) -> str:
    """The value as a message shows it: null is empty, whole numbers have no `.0`, dates are ISO 8601 in UTC."""
    if type(value) is str:
        return value
    if type(value) is int and _LOWEST <= value < INTEGER_LIMIT:
        return str(value)
    return shown(value, 0)


def text_or_none(value: Value) -> str | None:
    """The value as `text` gives it; null stays null."""
    return None if value is None else text(value)


def number_text(value: float) -> str:
    """A number as text; an integer outside of 64 bits reads as the float that it stands for."""
    if isinstance(value, int):
        if -INTEGER_LIMIT <= value < INTEGER_LIMIT:
            return str(value)
        value = fit(value)
    if abs(value) < 1e16 and value == int(value):  # from there on Python writes an exponent
        return str(int(value))
    if not math.isfinite(value):
        overflow()
    return repr(value)


def shown(value: Value, depth: int) -> str:
    """The value inside a list or record `depth` levels down; what lies deeper than four levels is left out."""
    match value:
        case None:
            return "null" if depth else ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case str():
            return value
        case datetime():
            return iso(value)
    if depth >= _SHOWN_DEPTH:
        return "…"
    if isinstance(value, list):
        return "[" + joined((shown(item, depth + 1) for item in value), ", ") + "]"
    return "{" + joined((f"{key}: {shown(item, depth + 1)}" for key, item in value.items()), ", ") + "}"


def joined(parts: Iterable[str], separator: str) -> str:
    """The parts as one text; an error as soon as it is longer than a text may be.

    A list may hold another one many thousand times over: the parts must never all be there first.
    """
    found: list[str] = []
    size, most = -len(separator), current().text
    for part in parts:
        size += len(part) + len(separator)
        if size > most:
            too_long()
        found.append(part)
    return separator.join(found)


def whole_characters(value: str) -> str:
    """The text with two halves of a character made one; a half alone, which no file can hold, becomes a `�`."""
    if not _HALF.search(value):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def iso(value: datetime) -> str:
    """A date as text: UTC, seconds, `2026-07-01T08:00:00Z`."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def number(value: Value) -> int | float:
    """The value as a number: null is 0, true is 1, a text must read as one."""
    if type(value) is int or type(value) is float:
        return value
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        found = numeral(value)
        if found is not None:
            return found
    raise wrong_type(value, "a number")


def numeral(written: str) -> int | float | None:
    """The number that a text spells, or None."""
    if "_" in written or len(written) > 400:
        return None
    try:
        return int(written)
    except ValueError:
        try:
            result = float(written)
        except ValueError:
            return None
        return result if math.isfinite(result) else None


def whole(value: Value) -> int:
    """The value as an integer, cut towards zero; an error for a number that is out of range."""
    return int(fit(number(value)))


def truth(value: Value) -> bool:
    """False, 0, "", null, an empty list and an empty record are false; all else is true."""
    return bool(value)


def is_null(value: Value) -> bool:
    """Null, or a row list without rows."""
    return value is None or (type(value) is Rows and not value)


def moment(value: Value) -> datetime:
    """The value as a date: a date, or ISO 8601 text; text without an offset is UTC."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        found = iso_moment(value)
        if found is None:
            raise no_date(value)
        return found
    raise wrong_type(value, "a date")


def no_date(value: Value) -> ScriptError:
    """What to raise for a value that is no date where one is due."""
    shown = text(value)
    shown = f"'{shown[:40]}{'…' if len(shown) > 40 else ''}'" if shown else "the empty text"
    return ScriptError("invalid-date", f"{shown} is no date", hint="write a date as 2026-07-01 or 2026-07-01T08:30:00Z")


def iso_moment(written: str) -> datetime | None:
    """The date that an ISO 8601 text spells, or None; without an offset it is UTC."""
    if len(written) < 8 or len(written) > 40 or not written[:4].isdigit():
        return None
    try:
        found = datetime.fromisoformat(written)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the second: in UTC it would lie before year 1 or behind year 9999
        return None


def fit(value: float) -> int | float:
    """The number in range: an integer that left 64 bits becomes a float; a float that left its range is an error."""
    if isinstance(value, int):
        if -INTEGER_LIMIT <= value < INTEGER_LIMIT:
            return value
        try:
            value = float(value)
        except OverflowError:
            overflow()
    if not math.isfinite(value):
        overflow()
    return value


def fit_number(value: Value) -> Value:
    """fit, for a value that may also be of another type."""
    return fit(value) if type(value) is int or type(value) is float else value


def within_limits(value: Value) -> Value:
    """The value itself, with numbers in range; an error for a text or list that is too large."""
    if type(value) is int or type(value) is float:
        return fit(value)
    if type(value) is str:
        if len(value) > current().text:
            too_long()
    elif isinstance(value, list) and len(value) > current().entries:
        too_big()
    return value


def overflow() -> NoReturn:
    """Refuses a number that no float can hold."""
    raise ScriptError("overflow", "the number is too large")


def too_long() -> NoReturn:
    """Refuses a text past its limit."""
    raise ScriptError("limit", f"the text is longer than {current().text:,} characters")


def too_big() -> NoReturn:
    """Refuses a list or record past its limit."""
    raise ScriptError("limit", f"a list or record has at most {current().entries:,} entries")
