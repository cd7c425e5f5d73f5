"""What the person who hosts may decide about the dialects. A field is a setting, its type has the words it can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final, Literal, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class ChatBotKit:
    """The defaults keep to that system's document."""

    session_duration_over_max: Literal["refuse", "clamp"] = "refuse"
    """What a sessionDuration over the longest there may be is: an error, or the longest."""
    csv_formulas: Literal["keep", "prefix"] = "keep"
    """Whether cells of exports that a program for tables would take for formulas have an apostrophe before them."""
    x_timezone: Literal["ignore", "use"] = "ignore"
    """Whether the header x-timezone is the timezone of a new task that names none."""


@dataclass(frozen=True, slots=True)
class Bytebot:
    """The defaults keep to that system's document, as far as that is safe."""

    without_token: Literal["loopback", "always", "never"] = "loopback"  # noqa: S105 - no password
    """Where it answers without a token: while the server is for its own machine alone, wherever it is, or nowhere."""
    root: Literal["document", "live"] = "document"
    """Whose shapes the paths at the root have: the document's, or those of the server that is shipped."""


@dataclass(frozen=True, slots=True)
class TeamDay:
    """The defaults let that system's own client do what it does."""

    pending_to_completed: Literal["two_steps", "refuse"] = "two_steps"
    """What completing a task is that was never begun: its beginning and its end, or an error."""
    sla: Literal["standard", "organisation"] = "standard"
    """By when tasks are due that nobody has given a due date, where the organisation says nothing: as that system's
    document says, or never."""


@dataclass(frozen=True, slots=True)
class DialectSettings:
    """Those of each dialect."""

    chatbotkit: ChatBotKit = field(default_factory=ChatBotKit)
    bytebot: Bytebot = field(default_factory=Bytebot)
    teamday: TeamDay = field(default_factory=TeamDay)


_OF: Final = {"chatbotkit": ChatBotKit, "bytebot": Bytebot, "teamday": TeamDay}

WORDS: Mapping[str, Sequence[str]] = {
    f"{dialect}.{setting.name}": get_args(get_type_hints(of)[setting.name])
    for dialect, of in _OF.items()
    for setting in fields(of)
}
"""What each setting can be, by its name: the dialect's and its own."""


def settings(words: Mapping[str, str]) -> DialectSettings:
    """Those that have these words, which are some of WORDS; the others have their defaults."""
    given: dict[str, dict[str, str]] = {dialect: {} for dialect in _OF}
    for name, word in words.items():
        dialect, _, setting = name.partition(".")
        given[dialect][setting] = word
    return DialectSettings(**{dialect: of(**given[dialect]) for dialect, of in _OF.items()})
