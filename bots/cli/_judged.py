"""What is wrong with the options that a file gives to a command: judged by the command's own options, one by one."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tasktalk.bots.configuration import Mistake
from tasktalk.bots.toml_lines import Place
from tasktalk.interpreter.errors import nearest

_PLACES = frozenset(["bots", "db", "files"])
"""What names a file or a folder; one that is not absolute is looked for beside the file."""


class Judged:
    """The options of a command, by their names in a file."""

    def __init__(self, command: click.Command) -> None:
        self._options = {name: option for name, option in named(command).items() if name != "config"}
        self._context = click.Context(command)
        self.names = frozenset(self._options)

    def __call__(self, name: str, value: Any, folder: Path) -> Iterator[Mistake]:
        """Every mistake in the value of an option, as `Judge`."""
        option = self._options[name]
        if not option.multiple:
            if (told := self._wrong(option, self.given(name, value, folder))) is not None:
                yield Mistake((name,), told)
            return
        parts = list(_parts(value))
        found = [Mistake((name, *place), told) for place, part in parts if (told := self._wrong(option, [part]))]
        if not found and (told := self._wrong(option, [part for _, part in parts])):
            found = [Mistake((name,), told)]  # each is right alone, and they do not go together
        yield from found

    def given(self, name: str, value: Any, folder: Path) -> Any:
        """A value as the command line would have it: a table is NAME=VALUE for each, and one text a list of it."""
        if self._options[name].multiple:
            return [part for _, part in _parts(value)]
        if name in _PLACES and isinstance(value, str) and "://" not in value:
            return str(folder / value)
        return value

    def _wrong(self, option: click.Option, value: Any) -> str | None:
        """Why the command would not take it."""
        kind = option.type
        try:
            if not all(_is_of(kind, each) for each in (value if option.multiple else [value])):
                raise click.BadParameter("")
            taken = option.type_cast_value(self._context, value)
        except click.BadParameter:
            return _expected(kind, value[0] if option.multiple else value)
        try:
            if option.callback is not None:
                option.callback(self._context, option, taken)
        except click.UsageError as refused:
            return refused.message
        return None


def named(command: click.Command) -> Mapping[str, click.Option]:
    """A command's options by their names in a file."""
    return {
        name.removeprefix("--").replace("-", "_"): option
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name.startswith("--")
    }


def _flat(table: Mapping[str, Any], above: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The settings of a table and of the tables in it, with their names."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*above, name))
        else:
            yield (*above, name), value


def _parts(value: Any) -> Iterator[tuple[Place, Any]]:
    """What is given of an option that may be given several times, each with its place below the option's own."""
    if isinstance(value, Mapping):
        yield from ((place, f"{'.'.join(place)}={each}") for place, each in _flat(value))
    elif isinstance(value, list):
        yield from (((), each) for each in value)
    else:
        yield (), value


def _is_of(kind: "click.ParamType[Any]", value: Any) -> bool:
    """Whether TOML has the value as what the option takes; the command line has texts alone."""
    return isinstance(value, int) and not isinstance(value, bool) if _is_number(kind) else isinstance(value, str)


def _is_number(kind: "click.ParamType[Any]") -> bool:
    return isinstance(kind, click.types.IntParamType)


def _expected(kind: "click.ParamType[Any]", value: Any) -> str:
    """What the option takes instead of this."""
    got = f", got {json.dumps(value, ensure_ascii=False)}" if isinstance(value, str | int | float) else ""
    match kind:
        case click.IntRange():
            return f"expected a whole number from {kind.min:,} to {kind.max:,}{got}"
        case click.Choice():
            near = nearest(value, kind.choices) if isinstance(value, str) else None
            words = " or ".join(f'"{choice}"' for choice in kind.choices)
            return f"expected {words}{got}" + (f"; did you mean {near}?" if near else "")
        case click.Path() if isinstance(value, str):
            return f"there is no folder {value}"
    return f'expected a text in quotes, such as "words"{got}'
