"""Holds calls of Telegram's Bot API against its description: names, types, what is required, and how long texts are."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from tests.bots.channels.vendor.cut import RANGE, described

_PLAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
    "Float": (int, float),
}
_NO_JSON: Final = "InputFile"
_LIST: Final = "Array of "


def mistakes(method: str, body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a call whose parameters are JSON, each with its place."""
    known = _api()["methods"].get(method)
    return list(_in_record(method, known, body)) if known else [f"{method}: there is no such method"]


@cache
def _api() -> Any:
    return described("telegram")


def _in_record(place: str, known: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    fields = {field["name"]: field for field in known["fields"]}
    for name, field in fields.items():
        if field["required"] and name not in given:
            yield f"{place}: {name} is missing"
    for name, value in given.items():
        if name in fields:
            yield from _in_field(f"{place}.{name}", fields[name], value)
        else:
            yield f"{place}: there is no {name}"


def _in_field(place: str, field: Mapping[str, Any], value: Any) -> Iterator[str]:
    found = [list(_in_value(place, kind, value)) for kind in field["types"]]
    yield from min(found, key=len)
    limits = RANGE.search(field["description"])
    if limits and isinstance(value, str):
        length = len(value.encode()) if limits[3] == "bytes" else len(value.encode("utf-16-le")) // 2
        if not int(limits[1]) <= length <= int(limits[2]):
            yield f"{place}: expected {limits[0]}, got {length}"


def _in_value(place: str, kind: str, value: Any) -> Iterator[str]:
    if kind in _PLAIN:
        if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind not in {"Boolean", "True"}):
            yield f"{place}: expected {kind}"
    elif kind.startswith(_LIST):
        if not isinstance(value, list):
            yield f"{place}: expected a list"
            return
        for number, each in enumerate(value):
            yield from _in_value(f"{place}[{number}]", kind.removeprefix(_LIST), each)
    elif not isinstance(value, dict) or kind == _NO_JSON:
        yield f"{place}: expected a {kind}"
    else:
        known = _api()["types"][kind]
        if "subtypes" in known:
            yield from min((list(_in_value(place, each, value)) for each in known["subtypes"]), key=len)
        else:
            yield from _in_record(place, known, value)
