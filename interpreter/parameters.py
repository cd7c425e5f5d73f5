"""What a script may be given: its PARAMs, the JSON Schema of them, and values checked against them.

Only what everybody agrees on is checked here (numbers, dates, truth, choices); a host may know more kinds, and
more ways to write one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from tasktalk.interpreter.errors import Refused, ScriptError, Span, nearest
from tasktalk.interpreter.values import Value, iso_moment, numeral, text

Reader: TypeAlias = Callable[[str, str], Value]
"""The host's `read`: gets a kind and a text."""

_TYPES = {
    "integer": ("INTEGER", "INT", "LONG"),
    "number": ("NUMBER", "FLOAT", "DECIMAL", "DOUBLE", "MONEY", "CURRENCY", "AMOUNT"),
    "boolean": ("BOOLEAN", "BOOL"),
    "array": ("LIST", "ARRAY"),
    "object": ("OBJECT", "RECORD"),
}
_SCHEMAS: dict[str, dict[str, str]] = {
    **{kind: {"type": name} for name, kinds in _TYPES.items() for kind in kinds},
    "DATE": {"type": "string", "format": "date"},
    "DATETIME": {"type": "string", "format": "date-time"},
    "TIME": {"type": "string", "format": "time"},
    "EMAIL": {"type": "string", "format": "email"},
    "URL": {"type": "string", "format": "uri"},
    "JSON": {},
    "ANY": {},
}
_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
_AS_WRITTEN = frozenset(("TEXT", "STRING", "NAME", "JSON", "ANY", "LIST", "ARRAY", "OBJECT", "RECORD"))
_LOOSE = frozenset(("TIME", "EMAIL", "URL"))  # a host that reads them knows better what is none
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One PARAM. `kind` is empty where none is written; one that `is_optional` may be left out by who reads the schema,
    one that `is_required` by nobody."""

    name: str
    span: Span
    kind: str = ""
    choices: tuple[Value, ...] = ()
    example: Value = None
    description: str = ""
    default: Value = None
    is_optional: bool = False
    is_required: bool = False

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value."""
        found: dict[str, Any] = {} if not self.kind and not self.choices else {**self._kind_schema()}
        if self.description:
            found["description"] = self.description
        if self.choices:
            found["enum"] = list(self.choices)
        if self.example is not None:
            found["examples"] = [_plain(self.example)]
        if self.default is not None:
            found["default"] = _plain(self.default)
        return found

    def _kind_schema(self) -> dict[str, str]:
        return _SCHEMAS.get(self.kind, {"type": "string"}) if self.kind else {}

    def accept(self, value: Value, read: Reader | None = None) -> Value:
        """The value as the script gets it; ScriptError `invalid-argument` that says what is expected.

        Where the host can `read` texts of its kind, it does.
        """
        if value is None:
            if self.is_required:
                raise self._refusal("it is missing")
            return None
        if self.choices:
            return self._choice(value)
        if read is not None and self.kind and self.kind not in _AS_WRITTEN:
            value = self._read(value, read)
        match _SCHEMAS.get(self.kind, {}).get("type"):
            case "integer":
                found = self._number(value)
                return int(found) if found == int(found) else self._fail(value)
            case "number":
                return self._number(value)
            case "boolean":
                return self._boolean(value)
            case "array":
                return value if isinstance(value, list) else self._fail(value)
            case "object":
                return value if isinstance(value, dict) else self._fail(value)
            case "string":
                return self._string(value)
        if self.kind in ("TEXT", "STRING", "NAME") and isinstance(value, list | dict):
            self._fail(value)
        return text(value) if self.kind in ("TEXT", "STRING", "NAME") else value

    def _read(self, value: Value, read: Reader) -> Value:
        """What the host makes of a text; the value itself where the kinds that are checked here may yet take it."""
        is_ours = self.kind in KINDS and self.kind not in _LOOSE
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not isinstance(value, str) and (is_ours or not is_number):
            return value
        try:
            return read(self.kind, text(value).strip())
        except KeyError:
            return value
        except Refused as refused:
            if is_ours:
                return value
            raise self._refusal(_got(value), value, _WORDS.get(self.kind, refused.message)) from None

    def _choice(self, value: Value) -> Value:
        if value in self.choices:
            return value
        same = [c for c in self.choices if text(c).lower() == text(value).strip().lower()]
        return same[0] if same else self._fail(value)

    def _number(self, value: Value) -> int | float:
        found = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if isinstance(value, str):
            found = numeral(value.strip())
        if found is None:
            self._fail(value)
        return found if found is not None else 0

    def _boolean(self, value: Value) -> Value:
        if isinstance(value, bool):
            return value
        word = text(value).strip().lower()
        if word not in (*_TRUE, *_FALSE):
            self._fail(value)
        return word in _TRUE

    def _string(self, value: Value) -> Value:
        """A date, a time, an address: texts of a form of their own."""
        form = _SCHEMAS[self.kind]["format"]
        if form in ("date", "date-time"):
            if isinstance(value, datetime):
                return value
            found = iso_moment(value.strip()) if isinstance(value, str) else None
            return found if found is not None else self._fail(value)
        if not isinstance(value, str) or (form == "email" and not _EMAIL.fullmatch(value.strip())):
            self._fail(value)
        return text(value).strip()

    def _fail(self, value: Value) -> Any:
        raise self._refusal(_got(value), value)

    def _refusal(self, got: str, value: Value = None, expected: str = "") -> ScriptError:
        is_good = self.example is not None and text(self.example).strip() != text(value).strip()
        hint = f"such as {text(self.example)}" if is_good else None
        message = f"expected {self.name} to be {expected or self.expected}, {got}"
        return ScriptError("invalid-argument", message, self.span, hint)

    @property
    def expected(self) -> str:
        """What it must be, in words."""
        if self.choices:
            return "one of " + ", ".join(map(text, self.choices))
        return _WORDS.get(self.kind, "given" if not self.kind else f"of the kind {self.kind}")


_WORDS = {
    **dict.fromkeys(_TYPES["integer"], "a whole number"),
    **dict.fromkeys(_TYPES["number"], "a number"),
    **dict.fromkeys(_TYPES["boolean"], "true or false"),
    **dict.fromkeys(_TYPES["array"], "a list"),
    **dict.fromkeys(_TYPES["object"], "a record"),
    **dict.fromkeys(("TEXT", "STRING", "NAME"), "a text"),
    "DATE": "a date such as 2026-07-01",
    "DATETIME": "a date and time such as 2026-07-01T08:00:00Z",
    "TIME": "a time such as 08:30",
    "EMAIL": "an e-mail address",
    "URL": "a web address",
}
KINDS = frozenset((*_SCHEMAS, *_WORDS))  # that are checked here


def schema_of(parameters: Sequence[Parameter], description: str = "") -> dict[str, Any]:
    """The JSON Schema of an object that gives the parameters by name."""
    found: dict[str, Any] = {
        "type": "object",
        "properties": {p.name: p.schema() for p in parameters},
        "required": [p.name for p in parameters if not p.is_optional],
        "additionalProperties": False,
    }
    return {"description": description, **found} if description else found


def accepted(
    parameters: Sequence[Parameter], given: "Sequence[Value] | Mapping[str, Value]", read: Reader | None = None
) -> list[Value]:
    """The arguments in the order of the parameters, checked; what stands behind the last parameter is kept as it is.

    A mapping gives them by name, in any case. Raises ScriptError `invalid-argument` with the place of the PARAM.
    """
    if isinstance(given, Mapping):
        places = {p.name.lower(): i for i, p in enumerate(parameters)}
        listed: list[Value] = [None] * len(parameters)
        for name, value in given.items():
            if name.lower() not in places:
                near = nearest(name, [p.name for p in parameters])
                hint = f"did you mean '{near}'?" if near else None
                raise ScriptError("invalid-argument", f"there is no parameter '{name}'", None, hint)
            listed[places[name.lower()]] = value
    else:
        listed = list(given) + [None] * (len(parameters) - len(given))
    return [*(p.accept(v, read) for p, v in zip(parameters, listed, strict=False)), *listed[len(parameters) :]]


def _got(value: Value) -> str:
    shown = text(value)
    return f"got '{shown[:40]}{'…' if len(shown) > 40 else ''}'"


def _plain(value: Value) -> Value:
    return text(value) if isinstance(value, datetime) else value
