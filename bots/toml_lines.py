"""In which line of a TOML file something stands: `tomllib` gives what a file says, and not where."""

import re
import tomllib
from collections.abc import Mapping
from typing import TypeAlias

Place: TypeAlias = tuple[str, ...]
"""The names of tables and at last of a setting, from the outermost on."""

_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"\s*\[\[?\s*({_NAMES})\s*\]\]?\s*(#.*)?")
_SETTING = re.compile(rf"\s*({_NAMES})\s*=")


def lines(text: str) -> Mapping[Place, int]:
    """The line in which each table and setting of a right TOML file begins, counted from 1.

    What stands in an inline table has no line of its own. A line of a long text that looks like a setting is taken for
    one, where there is none of that name.
    """
    found: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.fullmatch(line):
            place = table = _names(header[1])
        elif setting := _SETTING.match(line):
            place = (*table, *_names(setting[1]))
        else:
            continue
        for depth in range(1, len(place) + 1):
            found.setdefault(place[:depth], number)
    return found


def line_of(place: Place, known: Mapping[Place, int]) -> int | None:
    """The line of this place, or of the innermost table around it that has one."""
    return next((known[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in known), None)


def _names(written: str) -> Place:
    """The names of a key, such as `channels."my shop".bot`."""
    return tuple(_plain(name) for name in re.findall(_NAME, written))


def _plain(name: str) -> str:
    """A name without its quotes; one that TOML does not take stays as it is."""
    try:
        return str(tomllib.loads(f"name = {name}")["name"]) if name[0] in "\"'" else name
    except tomllib.TOMLDecodeError:
        return name
