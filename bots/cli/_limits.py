"""`--limit NAME=VALUE`, which the commands that run scripts share, and TASKTALK_LIMITS, which holds for all of them."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tasktalk.bots.cli._settings import Settings
from tasktalk.interpreter.limits import BOUNDS, Limits, Unit, in_force

_SIZES = {"": 1, "b": 1, "kb": 1 << 10, "kib": 1 << 10, "mb": 1 << 20, "mib": 1 << 20, "gb": 1 << 30, "gib": 1 << 30}
_TIMES = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0}
_UNITS: Mapping[Unit, Mapping[str, float]] = {"": {"": 1}, "characters": _SIZES, "bytes": _SIZES, "seconds": _TIMES}
_SUCH_AS = {
    "": "a whole number",
    "characters": "a whole number, or a size such as 2MiB",
    "bytes": "a size such as 2MiB",
    "seconds": "a time such as 60s",
}

R = TypeVar("R")


def with_limits(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option; the limits are in force while it runs."""

    @LIMITS.given_as("given_limits", "How much scripts may use")
    @functools.wraps(command)
    def limited(*args: Any, given_limits: Limits, **options: Any) -> R:
        with in_force(given_limits):
            return command(*args, **options)

    return limited


def _value(name: str, written: str) -> float:
    unit = BOUNDS[name].unit
    match = re.fullmatch(r"(\d[\d_]*(?:\.\d+)?) ?([a-z]*)", written.lower(), re.ASCII)
    factor = _UNITS[unit].get(match[2]) if match else None
    if match is None or factor is None:
        raise ValueError(f"expected {name} to be {_SUCH_AS[unit]}, got {written!r}")
    value = float(match[1]) * factor
    if unit == "seconds":
        return value
    if not value.is_integer():
        raise ValueError(f"expected {name} to be {_SUCH_AS[unit]}, got {written!r}")
    return int(value)


LIMITS = Settings("--limit", "TASKTALK_LIMITS", "limit", "statements=20000000", BOUNDS, _value, Limits)
