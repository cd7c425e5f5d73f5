"""One turn as the script's keywords see it: who talks, what time it is, and everywhere that effects are gathered.

Nothing here leaves before the turn has committed.
"""

import logging
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.limits import DEFAULT, Limits
from tasktalk.interpreter.values import Value
from tasktalk.runtime import handover
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.addressing import Addressing
from tasktalk.runtime.answers import reader
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.declared import (
    UTC_ZONE,
    Declared,
    declared_in,
    schedule_row,
    script_name,
    spec_text,
    without_name,
)
from tasktalk.runtime.memory import Memory
from tasktalk.runtime.plain_values import as_value, plain
from tasktalk.runtime.policies import policy
from tasktalk.runtime.ports import Outside, StepReport
from tasktalk.runtime.profile import Profile
from tasktalk.runtime.schedules import dated
from tasktalk.runtime.sent_files import values_of
from tasktalk.runtime.steps import Steps
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.records import record
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow_plan import Draft
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import schedules

PREDEFINED = frozenset(
    [
        "args",
        "bot",
        "channel",
        "conversation",
        "files",
        "hour",
        "now",
        "task",
        "timedout",
        "today",
        "user",
        "useremail",
        "username",
    ],
)
"""The names that every script may read without having set them."""

CHARACTERS_OF_A_TURN = 1 << 23
SUGGESTIONS_OF_A_TURN = 100

SECRET = "is_secret"  # noqa: S105 - the name of a mark
"""Stands in the request of a wait whose answer nobody may read later, and in the detail of the message that asks."""

TASK = "task"
"""Stands in the request of a wait for a task: its bare id."""

_NONE: Mapping[str, Value] = {}
_CHANCE = random.SystemRandom()  # the system's has no state, and to make one takes longer than most keywords do
_log = logging.getLogger("tasktalk.script")


class Place(NamedTuple):
    """Where a turn happens: the conversation, its contact and the script that runs."""

    bot: str
    script: str
    conversation_id: str
    channel: str
    contact: str
    contact_id: str = ""
    contact_name: str | None = None
    contact_version: int = 0
    person_id: str | None = None  # of those who are linked: under which contact what is known of them stands
    session_id: str | None = None
    run_id: str | None = None
    is_with_person: bool = False


@dataclass(slots=True)
class Said:
    """A message that a turn said; `detail` is what goes with its words (suggestions, files)."""

    text: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SaidElsewhere:
    """A message that a turn said in another conversation."""

    conversation_id: str
    channel: str
    text: str


class Turn:
    """What keywords get as their first argument."""

    def __init__(
        self,
        place: Place,
        clock: Clock,
        work: UnitOfWork,
        tasks: Tasks,
        task: Task | None = None,
        arguments: Sequence[Any] | Mapping[str, Any] = (),
        profile: Profile | None = None,
        chance: random.Random | None = None,
        limits: Limits = DEFAULT,
        steps: Steps | None = None,
        outside: Outside | None = None,
        files: Sequence[Mapping[str, Any]] = (),
        channels: Collection[str] = (),
        customs: Callable[[str], Customs] = lambda _: NONE,
    ) -> None:
        """Without `steps` and `outside`, nothing outside can be asked. `files` came with the message that is heard,
        `channels` bring messages out by themselves."""
        self.files = files  # of the session's latest answer, or of what it began with
        self.limits = limits
        self.steps, self.outside = steps, outside
        self.headers: dict[str, str] = {}  # what goes with the requests of this turn: it may be secret, and is not kept
        self.work, self.tasks = work, tasks
        tasks.origin = {"conversation_id": place.conversation_id, "bot_id": place.bot}
        self.profile = profile or Profile(place.contact_id)
        self.doubted: set[str] = set()  # other conversations whose contact is not as it was
        self.random = chance or _CHANCE
        self.said: list[Said] = []
        self.said_elsewhere: list[SaidElsewhere] = []
        self.printed: list[str] = []
        self.is_typing = False  # to be shown while the script waits
        self.timed_out = False  # of the session's latest HEAR: its time was over before an answer came
        self._place, self._clock = place, clock
        self.draft: Draft | None = None  # the workflow between CREATE WORKFLOW and END WORKFLOW
        self._task, self._arguments = task, as_value(arguments)
        self._suggestions: list[dict[str, str]] = []
        self._customs, self._channels = customs, channels
        self._characters = 0
        self._asks_secretly = False
        self._schedules: set[str] | None = None
        self._is_with_person = place.is_with_person

    @cached_property
    def bot_memory(self) -> Memory:
        """What the bot keeps for itself."""
        whose = self.tasks.actor.organisation_id
        return Memory(self.work, self.bot, "" if whose == DEFAULT_ORGANISATION else whose)

    @cached_property
    def user_memory(self) -> Memory:
        """What the bot keeps of the person."""
        place = self._place
        guard = {"id": place.contact_id, "version": place.contact_version} if place.contact_id else None
        return Memory(self.work, self.bot, place.person_id or place.contact_id, guard=guard)

    @cached_property
    def conversation_memory(self) -> Memory:
        """What the bot keeps in this conversation alone."""
        return Memory(self.work, self.bot, self.conversation_id)

    @cached_property
    def _addressing(self) -> Addressing:
        return Addressing(self.work, self.bot, self.channel, self._channels, self._customs)

    @property
    def opened(self) -> Collection[str]:
        """The conversations that begin with this turn."""
        return self._addressing.opened

    @property
    def bot(self) -> str:
        return self._place.bot

    @property
    def script(self) -> str:
        """The file name of the script that the session began with."""
        return self._place.script

    @property
    def conversation_id(self) -> str:
        return self._place.conversation_id

    @property
    def contact(self) -> str:
        """The contact's address on its channel."""
        return self._place.contact

    @property
    def channel(self) -> str:
        return self._place.channel

    @property
    def contact_id(self) -> str:
        return self._place.contact_id

    @property
    def session_id(self) -> str | None:
        return self._place.session_id

    @property
    def task(self) -> Task | None:
        """The task that the session's run is for."""
        return self._task

    @property
    def run_id(self) -> str | None:
        return self._place.run_id

    @property
    def language(self) -> str | None:
        """The code of the person's language, if it is known."""
        return self.profile.language

    def now(self) -> datetime:
        """The present moment of the engine's clock."""
        return self._clock.now()

    def read(self, kind: str, written: str) -> Value:
        """The value of a text that a script is given for a PARAM: as HEAR reads it."""
        return reader(self.now())(kind, written)

    def predefined(self, name: str) -> Value:
        """The value of one of PREDEFINED, in any case."""
        now = self.now()
        match name.lower():
            case "now":
                return now
            case "today":
                return now.replace(hour=0, minute=0, second=0, microsecond=0)
            case "hour":
                return now.hour
            case "bot":
                return self.bot
            case "channel":
                return self.channel
            case "conversation":
                return self.conversation_id
            case "user":
                return self.profile.email or self.contact
            case "username":
                return self.profile.name or self._place.contact_name or self.contact
            case "useremail":
                return self.profile.email or (self.contact if "@" in self.contact else None)
            case "task":
                return None if self._task is None else record(self._task, self.now())
            case "timedout":
                return self.timed_out
            case "files":
                return [values_of(file) for file in self.files]
            case "args":
                return self._arguments
            case _:
                raise KeyError(name)

    async def step(self, kind: str, request: Any, call: Callable[[str], Awaitable[Any]]) -> Value:
        """What `call`, which asks something outside, gives for a key: see Steps.take."""
        if self.steps is None:
            raise Refused("no-connection", "other services cannot be asked here")
        return await self.steps.take(kind, request, call)

    def taking(self, chunks: AsyncIterator[bytes]) -> AbstractContextManager[AsyncIterator[bytes]]:
        """What comes piece by piece within a step's call: see Steps.taking."""
        return nullcontext(chunks) if self.steps is None else self.steps.taking(chunks)

    def step_reports(self, since: float) -> tuple[StepReport, ...]:
        """What was asked outside, timed from an instant of `perf_counter`."""
        return () if self.steps is None else self.steps.reports(since)

    def say(self, text: str, detail: Mapping[str, Any] | None = None) -> None:
        """One message to the contact. Refuses `too-many-messages` past the limit `messages`, and `too-much-text`."""
        self._count_message(text)
        self.said.append(Said(text, dict(detail or {})))

    async def say_to(self, who: str, text: str) -> None:
        """One message to the contact at this address, in their conversation with the bot, which is opened if need be.

        Refuses `unknown-contact` and `unknown-channel`, and as `say` does.
        """
        if who in (self.contact, f"{self.channel}:{self.contact}", self.profile.email):
            self.say(text)
            return
        if (whose := self.tasks.actor.organisation_id) != DEFAULT_ORGANISATION:
            hint = f'those who talk to bots are known to the organisation "{DEFAULT_ORGANISATION}" alone'
            raise Refused("unknown-contact", f'a script that works for the organisation "{whose}" knows nobody', hint)
        self._count_message(text)
        self.said_elsewhere.append(SaidElsewhere(*await self._addressing.talk_with(who), text))

    def send(self, kind: str, address: Value, caption: Value) -> None:
        """A message with a file (`kind` is file or image) that lies at a web address. Refuses `invalid-url`."""
        url = values.text(address).strip()
        if not re.match(r"https?://[^\s/]+", url, re.IGNORECASE) or re.search(r"[\s<>\"]", url) or len(url) > 2000:
            hint = 'it has to begin with https://, such as "https://example.com/prices.pdf"'
            raise Refused("invalid-url", f'"{url[:80]}" is no web address', hint)
        self.say(values.text(caption), {"files": [{"kind": kind, "url": url}]})

    def hand_over(self, reason: str | None) -> None:
        """Gives the conversation to a person, from the end of this turn on."""
        if not self._is_with_person:
            self._is_with_person = True
            handover.hand_over(self.work, self.conversation_id, self.bot, reason)

    def suggest(self, value: str, label: str | None = None) -> None:
        """A ready answer, offered with the last message of the turn. Refuses `limit` past SUGGESTIONS_OF_A_TURN."""
        if len(self._suggestions) >= SUGGESTIONS_OF_A_TURN:
            raise Refused("limit", f"a script can offer {SUGGESTIONS_OF_A_TURN} suggestions at a time")
        self._count(value + (label or ""))
        self._suggestions.append({"value": value, "label": label or value})

    @property
    def offers(self) -> Sequence[Mapping[str, str]]:
        """The ready answers that the turn suggested so far, each with its `value` and its `label`."""
        return tuple(self._suggestions)

    @property
    def offers_numbers(self) -> bool:
        """Whether they stand in this channel as numbers, and are no buttons."""
        return self._customs(self._place.channel).are_numbers({"suggestions": self._suggestions})

    def clear_suggestions(self) -> None:
        """Takes back what this turn suggested so far."""
        self._suggestions.clear()

    def ask_secretly(self) -> None:
        """The turn ends in a question whose answer is not to be seen: a channel that can hides what is typed."""
        self._asks_secretly = True

    def log(self, text: str) -> None:
        """A line of PRINT, for the author. Refuses `too-much-text`."""
        self._count(text)
        self.printed.append(text)
        _log.info("%s/%s: %s", self.bot, self.script, text)

    def _count_message(self, text: str) -> None:
        if len(self.said) + len(self.said_elsewhere) >= self.limits.messages:
            raise Refused("too-many-messages", f"a script can say {self.limits.messages:,} messages before it waits")
        self._count(text)

    def _count(self, text: str) -> None:
        """All that a turn says and prints is in memory until its commit."""
        self._characters += len(text)
        if self._characters > CHARACTERS_OF_A_TURN:
            raise Refused(
                "too-much-text", f"a script can say and print {CHARACTERS_OF_A_TURN:,} characters before it waits"
            )

    async def schedule(
        self,
        spec: Value,
        script: Value = None,
        arguments: Sequence[Any] = (),
        timezone: Value = None,
        clauses: Mapping[str, Value] = _NONE,
    ) -> None:
        """Lets a script run in this conversation at the times of `spec`; the same schedule is never there twice.

        Refuses `invalid-schedule` and `invalid-timezone`.
        """
        spec, script = without_name(spec, script)
        zone = str(timezone or UTC_ZONE)
        spec = dated(spec_text(spec), self.now(), zone)
        how = policy(self.now(), zone, **clauses)
        item = Declared(script_name(script, self.script), spec, zone, [plain(a) for a in arguments], how)
        row = schedule_row(item, self.bot, self.now(), self.conversation_id)
        if self._schedules is None:
            async with self.work.read() as reader:
                known = await schedules.of_conversation(reader, self.conversation_id)
            self._schedules = {declared_in(each).key for each in known}
        if item.key not in self._schedules:
            self._schedules.add(item.key)
            self.work.writes.insert("schedule", row)

    def check_closed(self) -> None:
        """Raises ScriptError `unclosed-workflow` for a workflow that is still open where the script waits or ends."""
        if self.draft is not None:
            message = f'the workflow "{self.draft.name}" has no END WORKFLOW before the script waits or ends'
            raise ScriptError("unclosed-workflow", message, hint="ask all questions before CREATE WORKFLOW")

    def messages(self) -> list[Said]:
        """What the turn said, with what is offered or asked at the last message.

        Suggestions without a message get one of their own.
        """
        more: dict[str, Any] = {"suggestions": list(self._suggestions)} if self._suggestions else {}
        if self._asks_secretly and (self.said or more):
            more[SECRET] = True
        if not more:
            return self.said
        *before, last = self.said or [Said("")]
        return [*before, Said(last.text, {**last.detail, **more})]
