"""`--config FILE`: what a command is told by tasktalk.toml, under what its command line and the environment say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from tasktalk.bots.cli._judged import Judged, named
from tasktalk.bots.configuration import FILE, Configuration, WrongConfiguration, read

R = TypeVar("R")


class Refusal(click.ClickException):
    """The file is wrong: a line for each mistake, which begins with its place."""

    def __init__(self, wrong: WrongConfiguration) -> None:
        super().__init__(str(wrong))

    def show(self, file: IO[Any] | None = None) -> None:
        """As an editor finds the places: with nothing before them."""
        click.echo(self.message, file, err=True)


@dataclass(frozen=True, slots=True)
class Configured:
    """What the file says, if there is one, and how to read it again."""

    configuration: Configuration
    path: Path | None
    judged: Judged

    def defaults(self, command: click.Command) -> dict[str, Any]:
        """What the file says of a command's options, by its parameters."""
        return {
            option.name: self.given(name)
            for name, option in named(command).items()
            if option.name and name in self.configuration.options
        }

    def given(self, name: str) -> Any:
        """The value of an option in the file, as the command line would have it; None where it has none."""
        value = self.configuration.options.get(name)
        return None if value is None or self.path is None else self.judged.given(name, value, self.path.parent)

    def again(self) -> Configuration:
        """What the file says by now. Raises WrongConfiguration."""
        return self.configuration if self.path is None else read(self.path, self.judged.names, self.judged)


def configured_at(path: Path | None) -> Configured:
    """What a file says, or without one that of this folder. Raises WrongConfiguration."""
    from tasktalk.bots.cli.serve import command as serve  # all that the file may say; one file is for every command

    judged, path = Judged(serve), path or here()
    return Configured(Configuration() if path is None else read(path, judged.names, judged), path, judged)


def here() -> Path | None:
    """The file of this folder, if it has one."""
    path = Path(FILE)
    return path if path.is_file() else None


def with_config(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as its parameter `configured`; what the file says is a default of the others."""
    return _option("configured", _configured, "What is asked here and more (channels), in a file.")(command)


def with_config_file(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as its parameter `configuration`, unread."""
    return _option("configuration", None, "The file that names the channels.")(command)


def _option(
    parameter: str, callback: Callable[..., Any] | None, what: str
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    return click.option(
        "--config",
        parameter,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        is_eager=True,
        callback=callback,
        help=f"{what} Without it, {FILE} where there is one.",
    )


def _configured(context: click.Context, option: click.Parameter, path: Path | None) -> Configured:
    try:
        found = configured_at(path)
    except WrongConfiguration as wrong:
        raise Refusal(wrong) from None
    context.default_map = found.defaults(context.command)
    return found
