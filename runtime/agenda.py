"""What a conversation has to do next.

Each look at the store is of a moment of its own: what changed between two of them is found by the commit.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from tasktalk.interpreter.session import Session
from tasktalk.runtime.arrivals import Arrival
from tasktalk.runtime.gathering import MOST_MESSAGES, Gathering, joined
from tasktalk.runtime.ports import OWN_ROUTE, own_route_in
from tasktalk.runtime.sent_files import files_of
from tasktalk.storage import conversations
from tasktalk.storage.database import Asked
from tasktalk.storage.writes import Row

_UNANSWERED = 1000
_ORDER = ("timer", "run", "message")  # of what came at the same instant


class Heard(NamedTuple):
    """The contact said something."""

    message: Row
    arrival: Arrival | None = None  # of one that may not be stored yet: then it is written with its turn
    further: Sequence[Row] = ()  # what came in a row with it, and is part of the same turn

    @property
    def is_stored(self) -> bool:
        """Whether the store has the message."""
        return self.arrival is None or self.arrival.is_stored

    @property
    def is_put_back(self) -> bool:
        """Whether the message was given up once: whoever sent it has had an answer, and waits for none any more."""
        return bool(self.message.get("attempts"))

    @property
    def only_for(self) -> str | None:
        """The id of the one session that may hear the message; None where any may."""
        return self.message.get("session_id")

    @property
    def number(self) -> int:
        """The number that the message has in its conversation, once it is stored."""
        found: int = (self.arrival.row if self.arrival else self.message)["sequence"]
        return found


class TimeIsUp(NamedTuple):
    """A session waited for this moment."""

    timer: Row


class RunIsDue(NamedTuple):
    """A script is to be run by a schedule.

    `task` and `known_at` are those of its `Begun`, where it was fired just now.
    """

    run: Row
    task: Row | None = None
    known_at: int | None = None


Input: TypeAlias = Heard | TimeIsUp | RunIsDue


class Agenda(NamedTuple):
    """A conversation with its contact, the sessions that wait in it (eldest first), and its next input."""

    conversation: Row
    sessions: Sequence[Row]
    unanswered: Sequence[Row]  # outbound messages that nobody has fetched or delivered
    input: Input
    has_more: bool  # whether it is known that this input is not the only one
    live: Mapping[str, tuple[int, Session]] = MappingProxyType({})
    """The sessions that are in memory, by id, with the version that each is of."""

    @property
    def listening(self) -> Row | None:
        """The session that a message is for: the youngest that waits for one, or none but that which it names."""
        named = self.input.only_for if isinstance(self.input, Heard) else None
        for session in reversed(self.sessions):
            if session["waits_for"] == "message" and named in (None, session["id"]):
                return session
        return None

    def session(self, session_id: str) -> Row | None:
        """The waiting session of this id, or None when it has ended."""
        return next((session for session in self.sessions if session["id"] == session_id), None)


async def agenda(
    reader: Asked,
    conversation_id: str,
    now: datetime,
    pushed: Collection[str],
    *,
    arriving: Arrival | None = None,
    gathering: Gathering | None = None,
) -> Agenda | None:
    """What a conversation has to do now, the first thing first; None when that is nothing.

    On the channels in `pushed` what was said before needs no answer to carry it. `arriving` is a message that is not
    stored: everything that is comes before it. Where messages are gathered, all of them are stored.
    """
    found, conversation, sessions = await conversations.at_hand(reader, conversation_id, now)
    first_of_each = {row["kind"]: row for row in reversed(found)}
    if not first_of_each and arriving is None:
        return None
    if gathering is not None and first_of_each.keys() == {"message"}:
        # What is due after a message does not wait for more of them.
        first = first_of_each["message"]
        if not gathering.is_due(conversation_id, first["id"], first["at"], now):
            return None
    if conversation is None:
        return None
    given: Input | None
    unanswered: Sequence[Row] | None = None
    is_pushed = conversation["channel"] in pushed
    if first_of_each:
        chosen = min(first_of_each.values(), key=lambda row: (row["at"], _ORDER.index(row["kind"])))
        if chosen["kind"] == "message" and not is_pushed:
            message, unanswered = await conversations.message_and_undelivered(
                reader, chosen["id"], conversation_id, _UNANSWERED
            )
            given = Heard(message) if message else None
        else:
            given = await _input(reader, chosen["kind"], chosen["id"], now)
    else:
        given = Heard(arriving.row, arriving) if arriving else None
    if gathering is not None and isinstance(given, Heard):
        waiting = await conversations.unheard(reader, conversation_id, MOST_MESSAGES)
        given = given if waiting else None
    if gathering is not None and isinstance(given, Heard):
        rows = gathering.together(waiting, conversation)
        detail: dict[str, Any] = {"files": [file for row in rows for file in files_of(row)]}
        if own_routes := [own for row in rows if (own := own_route_in(row)) is not None]:
            detail[OWN_ROUTE] = own_routes[-1]
        given = Heard({**rows[0], "text": joined(rows), "detail": detail}, further=rows[1:])
    if given is None:  # what came first has gone since it was looked for; what is behind it has not
        return await agenda(reader, conversation_id, now, pushed, arriving=arriving, gathering=gathering)
    if unanswered is None and isinstance(given, Heard) and not is_pushed:
        unanswered = await conversations.undelivered(reader, conversation_id, _UNANSWERED)
    return Agenda(conversation, sessions, unanswered or (), given, has_more=len(found) > 1)


async def _input(reader: Asked, kind: str, row_id: str, now: datetime) -> Input | None:
    match kind:
        case "timer":
            timer = await conversations.timer_by_id(reader, row_id, now)
            return TimeIsUp(timer) if timer else None
        case "run":
            run = await conversations.run_by_id(reader, row_id)
            return RunIsDue(run) if run else None
    message = await conversations.message_by_id(reader, row_id)
    return Heard(message) if message else None
