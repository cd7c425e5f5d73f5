"""What a running script needs of whoever runs it, and how a keyword says that it must wait."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, Union

from tasktalk.interpreter.values import Value

if TYPE_CHECKING:
    from tasktalk.interpreter.program import Program

JSON: TypeAlias = Union[bool, int, float, str, "list[JSON]", "dict[str, JSON]", None]


class Host(Protocol):
    """The world of a script for one turn; keyword functions get it as their first argument."""

    @property
    def random(self) -> random.Random:
        """The source of chance: RANDOM and its kin draw from it."""
        ...

    @property
    def language(self) -> str | None:
        """The language of whoever the script talks with, such as "pt-BR"; None when nobody knows."""
        ...

    def now(self) -> datetime:
        """The present moment, aware."""
        ...

    def predefined(self, name: str) -> Value:
        """The value of a predefined name, in lower case."""
        ...

    def read(self, kind: str, written: str) -> Value:
        """The value that a text stands for as one of a kind, such as DATE, for a PARAM of that kind.

        Raises KeyError for a kind that it does not read, and Refused with what was expected for a text that is none.
        """
        ...

    def log(self, text: str) -> None:
        """Takes a line of PRINT."""
        ...


class Scripts(Protocol):
    """The scripts that a script may call, and those that stored sessions belong to."""

    def by_name(self, name: str) -> "Program":
        """The script of that file name as it is now; raises Refused where there is none that runs."""
        ...

    def by_id(self, program_id: str) -> "Program":
        """The script with exactly that source; raises Refused where it is gone."""
        ...


@dataclass(slots=True)
class Waiting:
    """What an async keyword returns to say "not yet": the session is stored and goes on when what it waits for comes.

    `request` is plain data that the keyword's on_resume function gets back, with the input.
    """

    request: Mapping[str, JSON]
    for_: Literal["message", "time", "task"]
    until: datetime | None = None
