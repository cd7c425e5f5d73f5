"""Functions that ask what a value is, and turn it into another kind."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import (
    Value,
    fit,
    fit_number,
    is_null,
    iso,
    iso_moment,
    joined,
    number,
    numeral,
    overflow,
    text,
    too_big,
    type_name,
    whole_characters,
)


@function("STR", "CSTR", "TOSTRING", returns="text", methods=("toString", "to_string"))
def to_text(value: Value) -> str:
    """The value as a text.

    Example: STR(12.5) = "12.5"
    """
    return text(value)


@function("VAL", "CDBL", "NUMBER", returns="number")
def to_number(value: Value) -> int | float:
    """The value as a number: a text gives the number that it begins with, else 0.

    Example: VAL("12.5") = 12.5
    Example: VAL("12 apples") = 12
    """
    if not isinstance(value, str):
        return number(value)
    found = value.strip()
    for end in range(min(len(found), 40), 0, -1):
        read = numeral(found[:end])
        if read is not None:
            return read
    return 0


@function("ISNULL", returns="boolean")
def null(value: Value) -> bool:
    """The value is null, or a row list without rows.

    Example: ISNULL(NULL)
    """
    return is_null(value)


@function("ISEMPTY", returns="boolean", methods=("isEmpty", "is_empty"))
def empty(value: Value) -> bool:
    """The value is null, an empty text, or a list or record without entries.

    Example: ISEMPTY("")
    """
    return value is None or (isinstance(value, str | list | dict) and not value)


@function("ISNUMERIC", "ISNUMBER", returns="boolean")
def numeric(value: Value) -> bool:
    """The value is a number, or a text that spells one.

    Example: ISNUMERIC("12.5")
    """
    if isinstance(value, str):
        return numeral(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


@function("ISDATE", returns="boolean")
def dated(value: Value) -> bool:
    """The value is a date, or a text that spells one in ISO 8601.

    Example: ISDATE("2026-07-01")
    """
    return isinstance(value, datetime) or (isinstance(value, str) and iso_moment(value) is not None)


@function("TYPEOF", returns="text")
def kind(value: Value) -> str:
    """What the value is: null, boolean, number, text, date, list or record.

    Example: TYPEOF([1]) = "list"
    """
    return type_name(value)


@function("COALESCE", "NVL", returns="argument", items="same")
def coalesce(*values: Value) -> Value:
    """The first of the values that is not null.

    Example: COALESCE(NULL, "b") = "b"
    """
    for value in values:
        if not is_null(value):
            return value
    return None


@function("TOJSON", "STRINGIFY", returns="text")
def to_json(value: Value) -> str:
    """The value as JSON.

    Example: TOJSON({a: [1, TRUE]}) = "{""a"": [1, true]}"
    """
    return joined(_json(value, 0), "")


@function("FROMJSON", "PARSEJSON", "PARSE", returns="any")
def from_json(value: Value) -> Value:
    """The value that a JSON text spells.

    Example: FROMJSON("[1, 2]")[1] = 2
    """
    try:
        return _checked(json.loads(text(value), parse_int=_integer, parse_constant=_no_constant))
    except RecursionError:
        raise ScriptError("limit", "this JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        message = f"this is no JSON: it goes wrong in line {error.lineno} at column {error.colno}"
        raise ScriptError("invalid-json", message) from None


@function("JSON", returns="any")
def json_either_way(value: Value) -> Value:
    """The value that a JSON text spells; any other value as JSON.

    Example: JSON("{""a"": 1}").a = 1
    Example: JSON([1, 2]) = "[1, 2]"
    """
    found: Value = from_json.body(value) if isinstance(value, str) else to_json.body(value)
    return found


_DEEP = 100
_MOST_DIGITS = 400


def _json(value: Value, depth: int) -> Iterator[str]:
    """Its pieces, one by one: a list may hold itself, or another one so often that the whole has no end."""
    if depth > _DEEP:
        raise ScriptError("range", "a list or record that contains itself has no JSON")
    if isinstance(value, list):
        before = "["
        for item in value:
            yield before
            yield from _json(item, depth + 1)
            before = ", "
        yield "]" if value else "[]"
    elif isinstance(value, dict):
        before = "{"
        for key, item in value.items():
            yield f"{before}{json.dumps(key, ensure_ascii=False)}: "
            yield from _json(item, depth + 1)
            before = ", "
        yield "}" if value else "{}"
    else:
        plain = iso(value) if isinstance(value, datetime) else fit_number(value)
        yield json.dumps(plain, ensure_ascii=False)


def _integer(digits: str) -> int | float:
    return fit(int(digits)) if len(digits) < _MOST_DIGITS else overflow()


def _no_constant(word: str) -> NoReturn:
    raise ScriptError("invalid-json", f"this is no JSON: it has no word {word}")


def _checked(value: Value) -> Value:
    """The value read from JSON, within the limits of the language."""
    if isinstance(value, list | dict):
        if len(value) > current().entries:
            too_big()
        if isinstance(value, list):
            return [_checked(item) for item in value]
        return {whole_characters(key): _checked(item) for key, item in value.items()}
    if isinstance(value, str):
        return whole_characters(value)
    return fit_number(value)
