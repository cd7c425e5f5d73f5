"""The other side of a kind of channel, as the contract's tests need it: what it sends, and what it is sent."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tests.bots.channels.provider import Answer, Provider, Told

if TYPE_CHECKING:
    from tests.bots.channels.conftest import House

NO_IDS = ["half \ud800", "nul \0", "x" * 4000]
"""Ids that no provider has, and that not every database takes."""
NAN = float("nan")
PUBLIC_URL = "https://bots.example.com/talk"


@dataclass(frozen=True)
class Call:
    """A request of the provider to the channel."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True)
class Sent:
    """A message as the provider would show it."""

    contact: str
    text: str
    buttons: Sequence[str] = ()
    file: str | None = None


@dataclass(frozen=True)
class Given:
    """A file that the contact sends."""

    name: str
    mime_type: str
    data: bytes


class Side(ABC):
    """One kind of channel."""

    kind: ClassVar[str]
    contact: ClassVar[str] = "4711"
    usual: ClassVar[Any] = {}
    """What the provider answers when all is well."""
    secrets: ClassVar[Mapping[str, str]]
    """What the environment has, which the settings name."""
    is_named: ClassVar[bool] = True
    """Whether it tells that its contact is called Ana."""
    has_time: ClassVar[bool] = True
    """Whether a call is signed with its time."""
    has_typing: ClassVar[bool] = True
    """Whether it can show that a bot is writing."""
    begins: ClassVar[Any] = None
    """What the provider answers where a place has to be asked for before somebody is written to who never wrote."""
    reached_at: ClassVar[str] = "https://bots.example.com/channels/place"
    """What a provider, or a person, has to be told so that messages come."""

    def provider(self) -> Provider:
        """The provider, before it starts."""
        return Provider(self.usual)

    async def deliver(self, house: "House", call: Call) -> tuple[int, Any]:
        """What a call of the provider is answered with."""
        headers = {"Content-Type": "application/json", **call.headers}
        async with house.client.request(call.method, "/channels/place", data=call.body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    @abstractmethod
    def settings(self, provider: str) -> Mapping[str, Any]:
        """The channel's table in tasktalk.toml, but for its kind and its bot; `provider` is where that is."""

    def beside(self, provider: str) -> Mapping[str, Any]:
        """What the provider answers by the path beside taking messages: keys, tokens."""
        return {}

    @abstractmethod
    def message(self, text: str, number: int, now: datetime) -> Call:
        """The contact writes a text; the same number is the same message again."""

    names_files: ClassVar[bool] = True
    """Whether it tells how a file is called that is no picture."""
    shows_from_elsewhere: ClassVar[bool] = False
    """Whether its files may lie at any address of the web."""
    address: str = ""
    """Where the provider is, once the channel is served."""

    @abstractmethod
    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        """The contact sends a file, with a text below it unless that is empty."""

    def holds(self, given: Given) -> Mapping[str, Answer]:
        """What the provider answers at which of its paths to whoever may have this file."""
        return {}

    def lost(self, given: Given) -> Mapping[str, Answer]:
        """The same, when it has the file no more."""
        return {}

    async def lose(self, house: "House", given: Given) -> None:
        """From now on the provider has the file no more."""
        house.provider.at = dict(self.lost(given))

    async def hide(self, house: "House") -> None:
        """From now on the provider gives no files, as one that is down."""
        house.provider.is_down = True

    async def show(self, house: "House") -> None:
        """It gives them again."""
        house.provider.is_down = False

    def may_have(self, asked: Sequence[Told]) -> None:
        """Asserts that a file was asked for as the provider demands."""
        assert len(asked) == 1

    @abstractmethod
    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        """The contact presses a button of a message."""

    @abstractmethod
    def passed_over(self, now: datetime) -> Sequence[Call]:
        """Calls that are right, and mean nothing to a bot: edits, kinds that nobody knows."""

    def strange(self, now: datetime) -> Sequence[Call]:
        """Calls that are signed as they should be, with ids that cannot be kept or numbers that are none."""
        return []

    @abstractmethod
    def broken(self, now: datetime) -> Sequence[Call]:
        """Calls that are signed, and whose content is not what it should be."""

    def signed(self, value: Any, now: datetime) -> Call:
        """A call with this body, signed as it has to be; not for mails, which have no body of values."""
        raise NotImplementedError

    @abstractmethod
    def forged(self, call: Call) -> Sequence[Call]:
        """The call as somebody else would send it."""

    @abstractmethod
    def sent(self, told: Told) -> Sent:
        """What the provider was told to show."""

    def is_beginning(self, told: Told) -> bool:
        """Whether the provider was asked for such a place."""
        return False

    def is_typing(self, told: Told) -> bool:
        """Whether the provider was told to show that the bot is writing."""
        return False

    def later(self, seconds: int) -> Answer:
        """The provider wants to be asked again after so many seconds."""
        return 429, {"Retry-After": str(seconds)}, {}
