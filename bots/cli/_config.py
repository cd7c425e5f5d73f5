"""`--config FILE`: what a command is told by tasktalk.toml, under what its command line and the environment say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from tasktalk.bots.configuration import FILE, Configuration, WrongConfiguration, read

R = TypeVar("R")

_PLACES = frozenset(["bots", "db", "files"])
"""What names a file or a folder; one that is not absolute is looked for beside tasktalk.toml."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What the file says, if there is one, and how to read it again."""

    configuration: Configuration
    path: Path | None
    options: frozenset[str]

    def place(self, name: str) -> str | None:
        """The file or folder that an option in the file names."""
        value = self.configuration.options.get(name)
        return None if value is None or self.path is None else _as_given(name, value, self.path.parent)

    def again(self) -> Configuration:
        """What the file says by now. Raises WrongConfiguration."""
        return self.configuration if self.path is None else read(self.path, self.options)


def with_config(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as its parameter `configured`."""
    return click.option(
        "--config",
        "configured",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        is_eager=True,
        callback=_configured,
        help=f"What is asked here and more (channels), in a file. Without it, {FILE} where there is one.",
    )(command)


def _configured(context: click.Context, option: click.Parameter, path: Path | None) -> Configured:
    from tasktalk.bots.cli.serve import command as serve  # all that the file may say; one file is for every command

    options = frozenset(_options(serve)) - {"config"}
    if path is None and Path(FILE).is_file():
        path = Path(FILE)
    if path is None:
        return Configured(Configuration(), None, options)
    try:
        found = read(path, options)
    except WrongConfiguration as wrong:
        raise click.ClickException(str(wrong)) from None
    known = _options(context.command)
    context.default_map = {
        known[name]: _as_given(name, value, path.parent) for name, value in found.options.items() if name in known
    }
    return Configured(found, path, options)


def _options(command: click.Command) -> Mapping[str, str]:
    """The parameter of each option, by the option's name in the file."""
    return {
        name.removeprefix("--").replace("-", "_"): parameter.name or ""
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--")
    }


def _as_given(name: str, value: Any, folder: Path) -> Any:
    """A value as the command line would have it: a table is NAME=VALUE for each."""
    if isinstance(value, Mapping):
        return [f"{key}={each}" for key, each in value.items()]
    if name in _PLACES and isinstance(value, str) and "://" not in value:
        return str(folder / value)
    return value
