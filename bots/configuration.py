"""Reads tasktalk.toml: what `serve` and `worker` are told, and the channels."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from tasktalk.bots.stamps import Stamp, stamp
from tasktalk.bots.toml_lines import Place, line_of, lines
from tasktalk.interpreter.errors import Refused, nearest

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from tasktalk.bots.channels.settings import Common

FILE = "tasktalk.toml"
_OWN = ("public_url", "channels")
_WAYS_OF_OURS = ("web", "webhook", "terminal")
_NO_TABLE = "expected a table for each channel, which begins with [channels.NAME]"
_EXPECTED = {"string_type": "a text in quotes", "tuple_type": 'a list of texts, such as ["one", "two"]'}
"""What is said of a setting by what pydantic says of it, where the setting's description says nothing."""
_FORMS = 'a text stands in quotes, "like this", a number and true stand without'
_NAME = "letters, digits, - and _, at most 40"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place of the file, in a sentence for whoever wrote it."""

    place: Place
    told: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{'.'.join(self.place)}: {self.told}" if self.place else self.told


Judge: TypeAlias = Callable[[str, Any, Path], Iterable[Mistake]]
"""What is wrong with the value of an option, by its name, in a file of this folder."""


class WrongConfiguration(Exception):
    """What is wrong in the file: all of it, in the order of its lines."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake], files: Mapping[Path, Stamp] | None = None) -> None:
        """`files` are as those of a Configuration."""
        self.files = files or {}
        self.mistakes: Sequence[Mistake] = sorted(mistakes, key=lambda each: (each.line or 0, each.place, each.told))
        super().__init__("\n".join(told(path, mistake) for mistake in self.mistakes))


def told(path: Path, mistake: Mistake) -> str:
    """One line, which begins with the place as an editor finds it."""
    return f"{path}:{mistake.line}: {mistake}" if mistake.line else f"{path}: {mistake}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file says: `options` by their names at the command line, with _ for -."""

    options: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[str, "Common"] = field(default_factory=dict)
    public_url: str | None = None
    """Where the world reaches the server, without a / at the end."""
    lines: Mapping[Place, int] = field(default_factory=dict, compare=False)
    files: Mapping[Path, Stamp] = field(default_factory=dict, compare=False)
    """This file and those that have its secrets, as they were just before they were read."""


def read(path: Path, options: Collection[str], judge: Judge | None = None) -> Configuration:
    """What the file says: these options, with values that `judge` takes, and channels. Raises WrongConfiguration."""
    files = {path: stamp(path)}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise WrongConfiguration(path, [Mistake((), f"cannot be read: {why}")], files) from None
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongConfiguration(path, [_no_toml(str(error), text)], files) from None
    found = {name: value for name, value in written.items() if name not in _OWN}
    mistakes: list[Mistake] = []
    for name, value in found.items():
        if name not in options:
            mistakes.append(Mistake((name,), _unknown("setting", name, [*_OWN, *options])))
        elif judge is not None:
            mistakes += judge(name, value, path.parent)
    public_url = _address(written.get("public_url"), mistakes)
    channels = _channels(written.get("channels", {}), text, path.parent, files, mistakes)
    known = lines(text)
    if mistakes:
        raise WrongConfiguration(path, _placed(mistakes, known), files)
    return Configuration(found, channels, public_url, known, files)


def channel_bots(path: Path) -> Mapping[str, str | None] | None:
    """The channels that the file names, each with its bot if it says one, whatever else may be wrong in it; None where
    it cannot be read."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("channels", {})
    except (OSError, ValueError):
        return None
    tables = written.items() if isinstance(written, dict) else ()
    return {
        name: bot if isinstance(bot := table.get("bot"), str) else None
        for name, table in tables
        if isinstance(table, dict)
    }


def without_bot(found: Configuration, bots: Collection[str]) -> Sequence[Mistake]:
    """A mistake for each channel whose bot is none of these."""
    mistakes = [
        Mistake(("channels", name, "bot"), _unknown("bot", settings.bot, bots))
        for name, settings in found.channels.items()
        if settings.bot not in bots
    ]
    return _placed(mistakes, found.lines)


def doubts(found: Configuration) -> Sequence[Mistake]:
    """What is not wrong in the channels, and may well not be meant."""
    said = [(name, doubt) for name, each in found.channels.items() for doubt in each.doubts]
    names: dict[str, str] = {}
    alike = {name: other for name in found.channels if (other := names.setdefault(name.lower(), name)) != name}
    said += [(name, f"is another channel than {other}, with people of its own") for name, other in alike.items()]
    return _placed([Mistake(("channels", name), doubt) for name, doubt in said], found.lines)


def _placed(mistakes: Iterable[Mistake], known: Mapping[Place, int]) -> Sequence[Mistake]:
    return [replace(mistake, line=line_of(mistake.place, known)) for mistake in mistakes]


def _no_toml(why: str, text: str) -> Mistake:
    """What the parser says, in words; it never shows the line, in which a secret may stand."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", why)
    said = why.partition(" (at ")[0]
    if twice := re.fullmatch(r"Cannot declare \((.*)\) twice", said):
        names = ".".join(re.findall(r"'([^']*)'", twice[1]))
        said = f"there are two tables [{names}]; write what belongs to it below one of them"
    elif said == "Cannot overwrite a value":
        said = "this line gives a setting that has a value already"
    else:
        said = (
            f"this is not written as TOML wants it: {said[:1].lower()}{said[1:]}. A setting is name = value; {_FORMS}"
        )
    column = f"column {at[2]}: " if at else ""
    return Mistake((), f"{column}{said}", int(at[1]) if at else max(1, len(text.splitlines())))


def _address(given: Any, mistakes: list[Mistake]) -> str | None:
    if given is None:
        return None
    if (wrong := _wrong_address(given)) is not None:
        mistakes.append(Mistake(("public_url",), f'expected an address such as "https://bots.example.com": {wrong}'))
        return None
    address: str = given
    return address.rstrip("/")


def _wrong_address(given: object) -> str | None:
    """Why the world cannot reach the server there."""
    from tasktalk.bots.outside.addresses import checked  # its library takes its time to load

    if not isinstance(given, str):
        return "it has to stand in quotes"
    if not re.match(r"\s*https?://", given, re.IGNORECASE):
        return "it has to begin with https:// or http://"
    if found := re.search(r"[?#]", given):
        return f"{found[0]} and what is behind it do not belong there"
    if re.search(r"\s", given):
        return "there is a blank in it"
    try:
        checked(given)
    except Refused as refused:
        return refused.message
    return None


def _channels(
    given: Any, text: str, folder: Path, files: dict[Path, Stamp], mistakes: list[Mistake]
) -> Mapping[str, "Common"]:
    """The channels that are right; `text` is all of the file."""
    if not isinstance(given, dict):
        mistakes.append(Mistake(("channels",), _NO_TABLE))
        return {}
    for name, value in given.items():
        if not isinstance(value, dict):
            mistakes.append(Mistake(("channels", name), _NO_TABLE))
    tables = {name: value for name, value in given.items() if isinstance(value, dict)}
    if not tables:
        return {}
    from pydantic import ValidationError  # the kinds take their time to load, and most servers have none

    from tasktalk.bots.channels.kinds import kinds
    from tasktalk.bots.channels.secret import FILES, FOLDER

    found = {}
    for name, settings in tables.items():
        place = ("channels", name)
        if (wrong := _wrong_name(name)) is not None:
            mistakes.append(Mistake(place, wrong))
        kind = settings.get("kind", name)
        if not isinstance(kind, str):
            wrong = 'expected a kind of channel in quotes, such as "telegram"'
            mistakes.append(Mistake((*place, "kind"), wrong))
        elif kind not in kinds():
            mistakes.append(Mistake((*place, "kind"), _unknown("kind of channel", kind, list(kinds()))))
        else:
            known = kinds()[kind].settings_type
            try:
                context = {FOLDER: folder, FILES: files}
                found[name] = known.model_validate({**settings, "kind": kind}, context=context)
            except ValidationError as error:
                mistakes += [_told(place, known, detail, text) for detail in error.errors(include_url=False)]
    return found


def has_channel(path: Path, name: str) -> bool:
    """Whether there is a channel of this name where the file is served; also where the file cannot be read."""
    named = channel_bots(path)
    return named is None or name in named or name in _names_of_ours()


def _names_of_ours() -> Collection[str]:
    """Under these names people talk in other ways: what bots say there is not for a provider."""
    from tasktalk.runtime.deliveries import PARCELS
    from tasktalk.runtime.internal import INTERNAL_CHANNELS

    return {*_WAYS_OF_OURS, *INTERNAL_CHANNELS, *PARCELS}


def _wrong_name(name: str) -> str | None:
    """Why a channel cannot be called so."""
    if not (name.replace("-", "").replace("_", "").isalnum() and name.isascii() and len(name) <= 40):
        return f"a channel's name has {_NAME}"
    if name in _names_of_ours():
        return f"the name {name} is the server's own; call the channel otherwise, and say its kind"
    return None


def _told(place: Place, known: "type[Common]", detail: Mapping[str, Any], text: str) -> Mistake:
    """What is wrong with a channel's setting; a word of a list is told by the message itself. Of what was given nothing
    but a number is shown: a secret is never one."""
    names = [part for part in detail["loc"] if isinstance(part, str)]
    where = (*place, *names)
    fields: Mapping[str, FieldInfo] = known.model_fields
    for name in names[:-1]:
        fields = _within(fields[name])
    match detail["type"]:
        case "extra_forbidden":
            return Mistake(where, _unknown("setting", names[-1], list(fields)))
        case "missing":
            return Mistake(where, "is missing")
        case "value_error":
            return Mistake(where, str(detail["ctx"]["error"]))
        case "string_type" if _is_number(given := detail["input"]):
            signed = f"+{given}"  # as phone numbers begin: TOML reads it as a number without it
            return Mistake(where, f'expected a text in quotes: write "{signed if signed in text else given}"')
        case kind:
            usual = _EXPECTED.get(kind)
            return Mistake(where, f"expected {fields[names[-1]].description or usual or detail['msg']}")


def _is_number(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _within(field: "FieldInfo") -> "Mapping[str, FieldInfo]":
    """The settings that a table has which is itself a setting."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((found for kind in kinds if (found := getattr(kind, "model_fields", None)) is not None), {})


def _unknown(what: str, name: str, there_are: Collection[str]) -> str:
    near = nearest(name, there_are)
    return f"there is no {what} {name}; " + (
        f"did you mean {near}?" if near else f"there are {', '.join(sorted(there_are)) or 'none'}"
    )
