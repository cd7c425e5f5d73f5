"""What JSON may be, as JSON Schema, in the few forms that the interfaces use."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string"}
NOT_BLANK: Schema = {"type": "string", "pattern": r"\S"}
TIME: Schema = {"type": "string", "format": "date-time"}
YES_OR_NO: Schema = {"type": "boolean"}
RECORD: Schema = {"type": "object"}
"""Any object."""


def whole(least: int | None = None, most: int | None = None) -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", **_given(minimum=least, maximum=most)}


def number(least: float | None = None, most: float | None = None) -> Schema:
    """Any number within bounds."""
    return {"type": "number", **_given(minimum=least, maximum=most)}


def one_of(words: Iterable[str]) -> Schema:
    """One of these texts."""
    return {"type": "string", "enum": list(dict.fromkeys(words))}


def id_of(prefix: str) -> Schema:
    """An id that begins so."""
    return {"type": "string", "pattern": f"^{prefix}"}


def items(schema: Schema, most: int | None = None) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema, **_given(maxItems=most)}


def or_null(schema: Schema) -> Schema:
    """This or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}


def answer(title: str, fields: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object that has all these fields, but for the optional ones, and no other. Titles are unique in a document."""
    return sent(title, fields, [name for name in fields if name not in set(optional)])


def untitled(schema: Schema) -> Schema:
    """The schema as it stands in a document wherever it is used, and not once under its title."""
    return {name: value for name, value in schema.items() if name != "title"}


def sent(title: str, fields: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """An object that has no fields but these, and at least the required ones."""
    needed = list(required)
    return {
        "title": title,
        "type": "object",
        "properties": dict(fields),
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def _given(**bounds: float | None) -> dict[str, float]:
    return {name: bound for name, bound in bounds.items() if bound is not None}
