"""What a channel of a crash test needs: its table in tasktalk.toml, how its provider calls, and takes messages."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from aiohttp import web

from tasktalk.bots.crashtest.ways.screens import Refusals, Screens

Take: TypeAlias = Callable[[web.Request, Any], web.Response]
"""Answers a request, with the JSON that came with it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a provider, ready to be sent as often as it takes."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Provider(ABC):
    """One channel, of which each kind is one file.

    What comes again is shown again, as it is to people, unless the provider itself knows it as a repeat.
    """

    channel: ClassVar[str]
    """Its name in tasktalk.toml."""
    title: ClassVar[str]
    """What the report calls it."""
    kind: ClassVar[str]
    has_ids: ClassVar[bool] = True
    """Whether it knows by an id that a message has come before."""
    secret: ClassVar[str]
    """It lies in a file, which the settings name."""

    def __init__(self, screens: Screens, refusals: Refusals) -> None:
        self.screens, self.refusals = screens, refusals
        self.calls: Counter[str] = Counter()
        """How often each message came whose id is known."""
        self._taken: set[str] = set()
        self.came_twice = 0
        """How many messages people saw again because no id tells them."""

    @property
    def sent_again(self) -> int:
        """How many messages came more than once with the same id."""
        return sum(times > 1 for times in self.calls.values())

    @classmethod
    def contact(cls, number: int) -> str:
        """How it names its so manieth person."""
        return f"c{number}"

    @abstractmethod
    def settings(self, url: str, secret: Mapping[str, str]) -> Mapping[str, Any]:
        """What its table says beside `kind` and `bot`; the provider is at `url`, `secret` names that file."""

    @abstractmethod
    def call(self, contact: str, text: str, number: int) -> Call:
        """How it brings what a person says, who has said `number` things before."""

    @abstractmethod
    def routes(self) -> Iterator[tuple[str, str, Take]]:
        """The method and the path of each request that it takes."""

    def take(self, key: str, show: Callable[[], None]) -> int:
        """The status with which it answers a message, which it shows unless it refuses it and has not taken it."""
        is_refused = self.refusals.is_refused(f"{self.channel} {key}")
        if self.refusals.is_taken(is_refused):
            show()
        return 500 if is_refused else 200

    def take_once(self, message_id: str, contact: str, text: str) -> int:
        """As `take`, for a message that is shown once under its id."""

        def show() -> None:
            if message_id not in self._taken:
                self._taken.add(message_id)
                self.screens.show(contact, text)

        self.calls[message_id] += 1
        return self.take(message_id, show)
