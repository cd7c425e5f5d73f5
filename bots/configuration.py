"""Reads tasktalk.toml: what `serve` and `worker` are told, and the channels."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from tasktalk.interpreter.errors import Refused, nearest

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from tasktalk.bots.channels.adapter import Common

FILE = "tasktalk.toml"
_OWN = ("public_url", "channels")
_WAYS_OF_OURS = ("web", "webhook", "terminal")
_EXPECTED = {"string_type": "a text in quotes", "tuple_type": 'a list of texts, such as ["one", "two"]'}
"""What is said of a setting by what pydantic says of it, where the setting's description says nothing."""
_NAME = "letters, digits, - and _, at most 40"


class WrongConfiguration(Exception):
    """What is wrong in the file: all of it, a sentence each, which begins with its place."""

    def __init__(self, path: Path, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file says: `options` by their names at the command line, with _ for -."""

    options: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[str, "Common"] = field(default_factory=dict)
    public_url: str | None = None
    """Where the world reaches the server, without a / at the end."""


def read(path: Path, options: Collection[str]) -> Configuration:
    """What the file says, which may use these options. Raises WrongConfiguration."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise WrongConfiguration(path, [f"cannot be read: {why}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongConfiguration(path, [f"is not TOML: {error}"]) from None
    found = {name: value for name, value in written.items() if name not in _OWN}
    strange = found.keys() - set(options)
    mistakes = [f"{name}: {_unknown('setting', name, [*_OWN, *options])}" for name in strange]
    public_url = _address(written.get("public_url"), mistakes)
    channels = _channels(written.get("channels", {}), mistakes)
    if mistakes:
        raise WrongConfiguration(path, sorted(mistakes))
    return Configuration(found, channels, public_url)


def without_bot(channels: Mapping[str, "Common"], bots: Collection[str]) -> list[str]:
    """A sentence for each channel whose bot is none of these."""
    return [
        f"channels.{name}.bot: {_unknown('bot', settings.bot, bots)}"
        for name, settings in channels.items()
        if settings.bot not in bots
    ]


def _address(given: Any, mistakes: list[str]) -> str | None:
    if given is None:
        return None
    from tasktalk.bots.outside.addresses import checked  # its library takes its time to load

    try:
        if not isinstance(given, str) or re.search(r"[?#\s]", given):
            raise Refused("invalid-url", "it has more than where the server is")
        checked(given)
    except Refused:
        mistakes.append('public_url: expected an address such as "https://bots.example.com"')
        return None
    return given.rstrip("/")


def _channels(given: Any, mistakes: list[str]) -> Mapping[str, "Common"]:
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        mistakes.append("channels: expected a table for each channel, which begins with [channels.NAME]")
        return {}
    if not given:
        return {}
    from pydantic import ValidationError  # the kinds take their time to load, and most servers have none

    from tasktalk.bots.channels.kinds import kinds
    from tasktalk.runtime.deliveries import PARCELS
    from tasktalk.runtime.internal import INTERNAL_CHANNELS

    # Under these names people talk in other ways: what bots say there is not for a provider.
    taken = {*_WAYS_OF_OURS, *INTERNAL_CHANNELS, *PARCELS}
    found = {}
    for name, settings in given.items():
        place = f"channels.{name}"
        if not (name.replace("-", "").replace("_", "").isalnum() and name.isascii() and len(name) <= 40):
            mistakes.append(f"{place}: a channel's name has {_NAME}")
        elif name in taken:
            mistakes.append(
                f"{place}: the name {name} is the server's own; call the channel otherwise, and say its kind"
            )
        kind = settings.get("kind", name)
        if not isinstance(kind, str):
            mistakes.append(f'{place}.kind: expected a kind of channel in quotes, such as "telegram"')
            continue
        if kind not in kinds():
            mistakes.append(f"{place}.kind: {_unknown('kind of channel', kind, list(kinds()))}")
            continue
        known = kinds()[kind].settings_type
        try:
            found[name] = known.model_validate({**settings, "kind": kind})
        except ValidationError as error:
            mistakes += [_told(place, known, detail) for detail in error.errors(include_url=False, include_input=False)]
    return found


def _told(place: str, known: "type[Common]", detail: Mapping[str, Any]) -> str:
    """What is wrong with a channel's setting; a word of a list is told by the message itself."""
    names = [part for part in detail["loc"] if isinstance(part, str)]
    where = ".".join([place, *names])
    fields: Mapping[str, FieldInfo] = known.model_fields
    for name in names[:-1]:
        fields = _within(fields[name])
    match detail["type"]:
        case "extra_forbidden":
            return f"{where}: {_unknown('setting', names[-1], list(fields))}"
        case "missing":
            return f"{where}: is missing"
        case "value_error":
            return f"{where}: {detail['ctx']['error']}"
        case kind:
            usual = _EXPECTED.get(kind)
            return f"{where}: expected {fields[names[-1]].description or usual or detail['msg']}"


def _within(field: "FieldInfo") -> "Mapping[str, FieldInfo]":
    """The settings that a table has which is itself a setting."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((found for kind in kinds if (found := getattr(kind, "model_fields", None)) is not None), {})


def _unknown(what: str, name: str, there_are: Collection[str]) -> str:
    near = nearest(name, there_are)
    return f"there is no {what} {name}; " + (
        f"did you mean {near}?" if near else f"there are {', '.join(sorted(there_are)) or 'none'}"
    )
