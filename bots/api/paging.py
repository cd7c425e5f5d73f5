"""Whole numbers in the query of a list."""

import re
from collections.abc import Mapping

from tasktalk.interpreter.errors import Refused

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_LARGEST = 10**18 - 1


def whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    """A parameter that is a whole number from 1. Refuses `invalid_` and its name."""
    text = query.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        got = text[:40] or "nothing"
        raise Refused(f"invalid_{name}", f"Expected {name} to be a whole number from 1 to {_LARGEST}, got {got}")
    return int(text)
