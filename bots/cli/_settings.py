"""Options that are given as NAME=VALUE, several times, over those that a variable of the environment has."""

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import click

from tasktalk.interpreter.errors import nearest

R = TypeVar("R")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Settings(Generic[S]):
    """One such option. `value` reads what stands behind the `=`, and `made` makes the whole of all values; both raise
    ValueError with a sentence for whoever wrote it."""

    option: str
    environment: str
    kind: str  # what one of the names is called
    example: str
    names: Collection[str]
    value: Callable[[str, str], Any]
    made: Callable[..., S]

    def given_as(self, parameter: str, meaning: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
        """Gives a command the option; its function gets the whole under the name of `parameter`."""
        return click.option(
            self.option,
            parameter,
            multiple=True,
            metavar="NAME=VALUE",
            callback=lambda context, option, given: self._whole(given),
            help=f"{meaning}: {', '.join(self.names)}. Several may be given; {self.environment} has defaults.",
        )

    def read(self, settings: Iterable[str]) -> dict[str, Any]:
        """The values of `name=value` each; ValueError says what is wrong with one."""
        found: dict[str, Any] = {}
        for setting in settings:
            name, equals, value = (part.strip() for part in setting.partition("="))
            if not equals:
                raise ValueError(f"expected NAME=VALUE, such as {self.example}, got {setting!r}")
            if name.lower() not in self.names:
                near = nearest(name, self.names)
                way_out = f"did you mean {near}?" if near else f"there are {', '.join(self.names)}"
                raise ValueError(f"there is no {self.kind} {name!r}; {way_out}")
            found[name.lower()] = self.value(name.lower(), value)
        return found

    def _whole(self, given: Iterable[str]) -> S:
        """What the environment says, and over it the command line. Raises BadParameter."""
        in_environment = [part for part in os.environ.get(self.environment, "").split(",") if part.strip()]
        try:
            values = self.read(in_environment)
            self.made(**values)
        except ValueError as problem:
            raise click.UsageError(f"{self.environment}: {problem}") from None
        try:
            return self.made(**{**values, **self.read(given)})
        except ValueError as problem:
            raise click.BadParameter(str(problem)) from None
