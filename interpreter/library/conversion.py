"""Functions that ask what a value is, and turn it into another kind."""

import json
from datetime import datetime

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.values import (
    LIST_LIMIT,
    TEXT_LIMIT,
    Value,
    fit,
    is_null,
    iso,
    iso_moment,
    number,
    numeral,
    text,
    too_big,
    too_long,
    type_name,
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


@function("COALESCE", "NVL", returns="any")
def coalesce(*values: Value) -> Value:
    """The first of the values that is not null.

    Example: COALESCE(NULL, "b") = "b"
    """
    return next((value for value in values if not is_null(value)), None)


@function("TOJSON", "STRINGIFY", returns="text")
def to_json(value: Value) -> str:
    """The value as JSON.

    Example: TOJSON({a: [1, TRUE]}) = "{""a"": [1, true]}"
    """
    try:
        written = json.dumps(_plain(value, 0), ensure_ascii=False)
    except ValueError:
        raise ScriptError("range", "a list or record that contains itself has no JSON") from None
    return written if len(written) <= TEXT_LIMIT else too_long()


@function("FROMJSON", "PARSEJSON", "PARSE", returns="any")
def from_json(value: Value) -> Value:
    """The value that a JSON text spells.

    Example: FROMJSON("[1, 2]")[1] = 2
    """
    try:
        return _checked(json.loads(text(value)))
    except RecursionError:
        raise ScriptError("limit", "this JSON is nested too deeply") from None
    except ValueError as error:
        raise ScriptError("invalid-json", f"this is no JSON: {error}") from None


@function("JSON", returns="any")
def json_either_way(value: Value) -> Value:
    """The value that a JSON text spells; any other value as JSON.

    Example: JSON("{""a"": 1}").a = 1
    Example: JSON([1, 2]) = "[1, 2]"
    """
    found: Value = from_json.body(value) if isinstance(value, str) else to_json.body(value)
    return found


_DEEP = 100


def _plain(value: Value, depth: int) -> Value:
    if depth > _DEEP:
        raise ValueError
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    return fit(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _checked(value: Value) -> Value:
    """The value read from JSON, within the limits of the language."""
    if isinstance(value, list | dict):
        if len(value) > LIST_LIMIT:
            too_big()
        for item in value if isinstance(value, list) else value.values():
            _checked(item)
    elif isinstance(value, float):
        fit(value)
    return value
