"""`--limit NAME=VALUE`, which the commands that run scripts share, and TASKTALK_LIMITS, which holds for all of them."""

import functools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from tasktalk.interpreter.errors import nearest
from tasktalk.interpreter.limits import BOUNDS, Limits, Unit, in_force

ENVIRONMENT = "TASKTALK_LIMITS"

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

    @click.option(
        "--limit",
        "given_limits",
        multiple=True,
        metavar="NAME=VALUE",
        callback=lambda context, parameter, given: _limits(given),
        help=f"How much scripts may use: {', '.join(BOUNDS)}. Several may be given; {ENVIRONMENT} has defaults.",
    )
    @functools.wraps(command)
    def limited(*args: Any, given_limits: Limits, **options: Any) -> R:
        with in_force(given_limits):
            return command(*args, **options)

    return limited


def _limits(given: Iterable[str]) -> Limits:
    """The limits of the environment, and over them those of the command line. Raises BadParameter."""
    in_environment = [part for part in os.environ.get(ENVIRONMENT, "").split(",") if part.strip()]
    try:
        values = read(in_environment)
        Limits(**values)
    except ValueError as problem:
        raise click.UsageError(f"{ENVIRONMENT}: {problem}") from None
    try:
        return Limits(**{**values, **read(given)})
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


def read(settings: Iterable[str]) -> dict[str, Any]:
    """The values of `name=value` each; ValueError says what is wrong with one."""
    found: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            raise ValueError(f"expected NAME=VALUE, such as statements=20000000, got {setting!r}")
        if name.lower() not in BOUNDS:
            near = nearest(name, BOUNDS)
            way_out = f"did you mean {near}?" if near else f"there are {', '.join(BOUNDS)}"
            raise ValueError(f"there is no limit {name!r}; {way_out}")
        found[name.lower()] = _value(name.lower(), value)
    return found


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
