"""What goes in and out of conversations, and what the runtime asks of those who carry it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

T = TypeVar("T")

LONGEST_SECONDS: Final = 3600.0

FileKind: TypeAlias = Literal["file", "image", "audio", "video"]


HEARD_AT: Final = "heard_at"
"""Stands in a route where the channel tells when a message was said, as an ISO time."""
OWN_ROUTE: Final = "own_route"
"""Stands in the detail of an inbound message where that has an `Inbound.own_route`, and of what is said to it first."""


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file that came with a message. `reference` is what its channel needs to get it again: no secret is in it."""

    kind: FileKind
    reference: str
    name: str | None = None
    mime_type: str | None = None
    size: int | None = None


class Inbound(NamedTuple):
    """One message as a channel read it. With a `message_id`, the provider's, a repeated delivery is known as such."""

    bot: str
    channel: str
    contact: str
    text: str
    message_id: str | None = None
    contact_name: str | None = None
    route: Mapping[str, Any] | None = None
    """What the channel needs beside the contact's address to answer them; None leaves what it noted before, and so
    does one that says at HEARD_AT an earlier time than that."""
    files: Sequence[InboundFile] = ()
    also: str | None = None
    """Another address of the contact, under which a bot may have written to them before they ever wrote."""
    own_route: Mapping[str, Any] | None = None
    """What the channel needs to answer this very message, beside `route`: kept with it, for the first thing that the
    turn says in which it is heard."""
    only_for: str | None = None
    """The id of the one session that may hear it: once that waits no more, the message stays unheard."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An inbound message that is on disk."""

    message_row_id: str
    conversation_id: str
    is_repeat: bool


def own_route_in(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The own route of a message's row, or None."""
    detail: Any = message.get("detail")  # damaged, it is anything
    return detail.get(OWN_ROUTE) if type(detail) is dict else None


def parted(detail: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The detail of a stored message as others may have it, and the own route, which is for its channel alone."""
    rest = dict(detail or {})
    own_route = rest.pop(OWN_ROUTE, None)
    return rest, own_route


class _Said:
    """What goes with the words of a message."""

    __slots__ = ()

    text: str
    detail: Mapping[str, Any]

    @property
    def suggestions(self) -> list[dict[str, str]]:
        """The ready answers offered with it, each with `value` and `label`."""
        return list(self.detail.get("suggestions", ()))

    @property
    def files(self) -> list[dict[str, Any]]:
        """What was sent with it, each with `kind` and `url`; what came in has `name`, `mime_type` and `size`, too."""
        return list(self.detail.get("files", ()))

    @property
    def words(self) -> str:
        """Its text with the addresses of its files, for a channel that has no files."""
        return " ".join(filter(None, (self.text, *(file["url"] for file in self.files))))


@dataclass(slots=True)  # a turn makes several: frozen ones take three times as long
class Message(_Said):
    """One thing said, in either direction; `sequence` grows within its conversation in the order of the commits."""

    id: str
    conversation_id: str
    sequence: int
    direction: Literal["in", "out"]
    text: str
    detail: Mapping[str, Any]
    created_at: datetime
    provider_id: str | None = None  # inbound: the id under which the channel delivered it

    @property
    def is_secret(self) -> bool:
        """Whether it asks for something that nobody is to see being typed."""
        return bool(self.detail.get("is_secret"))


@dataclass(frozen=True, slots=True)
class Delivery(_Said):
    """A message to bring to a contact. `message_id` stays the same over all attempts: the key for a provider that
    promises to take a repeated one once."""

    message_id: str
    conversation_id: str
    bot: str
    contact: str
    text: str
    detail: Mapping[str, Any]
    route: Mapping[str, Any]  # as the channel noted it with the contact's latest message
    created_at: datetime
    own_route: Mapping[str, Any] | None = None
    """As the channel noted it with the contact's message to which this is the first thing said; the same over all
    attempts. None for what else the turn said, and for what no message was heard for."""


class Undeliverable(Exception):
    """Raised by a channel for a message that no attempt can bring: the contact is gone, the provider refuses it."""


class Withheld(Exception):
    """Raised for a message that is not to go out, because its contact wants none."""


class ComeBack(Exception):
    """Raised by a channel whose provider takes nothing for so long, and says so: `seconds` are those until then,
    whatever it said, at most an hour."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds: float = min(seconds, LONGEST_SECONDS) if seconds > 0 else 0  # which NaN is not


class Channel(Protocol):
    """A channel that brings messages out by itself; the others are asked for them."""

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        """How long a text may be that goes with this in one message, in units of UTF-16; a longer one becomes several
        messages. None takes any."""
        ...

    async def send(self, delivery: Delivery) -> None:
        """Brings out one message. Raises Undeliverable when that is hopeless, ComeBack when the provider says how long
        to wait, anything else to be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What a script asks another service: a verb, a web address, what goes with it by name, and a plain value or None.

    `key` stays the same when the same request is made again, because nobody knows whether it had arrived.
    """

    verb: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    address: str
    headers: Mapping[str, str]
    body: Any
    key: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that comes from somewhere else, with the name, the kind of data and the bytes that it is said to have."""

    name: str | None
    mime_type: str | None
    chunks: AsyncIterator[bytes]
    size: int | None = None


class FileGone(Exception):
    """A file that somebody sent cannot be had any more, and never again; the message says why, in a sentence."""


class Outside(Protocol):
    """The other services that scripts can ask."""

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What `take` makes of a file while it comes, however large it is. Refuses as `ask` does."""
        ...

    async def ask(self, request: Request) -> Any:
        """The answer as a plain value. Refuses what may not be asked, and what was not answered well."""
        ...


@dataclass(frozen=True, slots=True)
class Load:
    """What an engine has to do at one moment."""

    conversations_busy: int  # a turn of theirs is under way
    conversations_ready: int  # a turn of theirs waits for a free place
    warm_sessions: int  # waiting sessions in memory
    channels: frozenset[str]  # the channels that bring messages out by themselves
    late_seconds: float  # by which the timekeeper is late
    is_time_kept: bool  # whether there is a timekeeper


class TurnReport(NamedTuple):
    """What a turn did, told after its commit to those who watch (`run` in a terminal, tests)."""

    conversation_id: str
    session_id: str | None
    turn_id: str
    bot: str
    status: Literal["waiting", "ended", "failed"]
    messages: tuple[Message, ...]
    script: str = ""
    waits_for: Literal["message", "time", "task"] | None = None
    until: datetime | None = None
    printed: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()  # what a turn that failed had said, and nobody will ever hear
    value: object = None  # what the script returned
    is_typing: bool = False  # the bot is to be shown as writing while the script waits
    error: str | None = None  # rendered, with place and caret
    error_code: str | None = None
    error_script: str | None = None
    error_line: int | None = None  # 1-based, in that script
    reference: str | None = None  # what the contact was told to quote
    seconds: float = 0.0  # from its input to its commit
    computing_seconds: float = 0.0  # of its script
    commit_seconds: float = 0.0  # that it waited for its commit
    commit_write_sets: int = 0  # how many write sets shared that
    steps: tuple["StepReport", ...] = ()


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a turn asked outside, in times alone."""

    kind: str
    status: Literal["done", "refused"]
    is_recorded: bool  # nothing was asked: the answer was known from an earlier attempt at the turn
    after_seconds: float  # from the turn's input
    seconds: float


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """An attempt to bring a message out, told once its outcome is on disk."""

    conversation_id: str
    message_id: str
    turn_id: str | None  # that said it
    bot: str
    channel: str
    outcome: Literal["delivered", "again", "dead", "withheld"]
    attempt: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail. `id` stays the same over all attempts, so that a repeat is known as the same mail."""

    id: str
    at: datetime
    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class HookCall:
    """A call of somebody's webhook. `id` stays the same over all attempts; it is signed with `secret` as of `at`."""

    id: str
    url: str
    secret: str
    at: datetime
    body: str


class Mail(Protocol):
    """A mail server."""

    async def send(self, letter: Letter) -> None:
        """Hands a mail over. Raises Undeliverable when that is hopeless, anything else to be tried again."""
        ...


class Hooks(Protocol):
    """The webhooks of others."""

    def check(self, url: str) -> None:
        """Refuses `invalid-url`, and `forbidden-address` where it is seen at once that it may not be called."""
        ...

    async def call(self, call: HookCall) -> None:
        """Calls one. Raises Undeliverable when that is hopeless, anything else to be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who brings parcels out; what nobody brings is not made (mail), or waits (calls)."""

    mail: Mail | None = None
    hooks: Hooks | None = None
