"""Between a script's values and those that JSON can hold."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tasktalk.interpreter.values import Value

_DEPTH = 50


def plain(value: Any, depth: int = 0) -> Any:
    """A script's value as JSON can hold it; what is nested too deep, or contains itself, is cut off."""
    if depth > _DEPTH:
        return None
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def as_value(value: Any) -> Value:
    """A plain Python value as a script's: tuples and sets become lists, durations seconds."""
    match value:
        case list() | tuple() | set() | frozenset():
            return [as_value(item) for item in value]
        case timedelta():
            return value.total_seconds()
        case None | bool() | int() | float() | str() | datetime():
            return value
        case Mapping():  # last, since it takes longest to tell
            return {str(key): as_value(item) for key, item in value.items()}
        case _:
            return str(value)
