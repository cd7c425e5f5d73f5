"""What a conversation has to do next, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tasktalk.runtime.gathering import MOST_MESSAGES, Gathering, joined
from tasktalk.storage import conversations
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row

_UNANSWERED = 1000
_ORDER = ("timer", "run", "message")  # of what came at the same instant


@dataclass(frozen=True, slots=True)
class Heard:
    """The contact said something."""

    message: Row
    further: Sequence[Row] = ()  # what came in a row with it, and is part of the same turn


@dataclass(frozen=True, slots=True)
class TimeIsUp:
    """A session waited for this moment."""

    timer: Row


@dataclass(frozen=True, slots=True)
class RunIsDue:
    """A script is to be run by a schedule."""

    run: Row


Input: TypeAlias = Heard | TimeIsUp | RunIsDue


@dataclass(frozen=True, slots=True)
class Agenda:
    """A conversation with its contact, the sessions that wait in it (eldest first), and its next input."""

    conversation: Row
    sessions: Sequence[Row]
    unanswered: Sequence[Row]  # outbound messages that nobody has fetched or delivered
    input: Input
    has_more: bool  # whether it is known that this input is not the only one

    @property
    def listening(self) -> Row | None:
        """The session that a message is for: the youngest that waits for one."""
        return next((session for session in reversed(self.sessions) if session["waits_for"] == "message"), None)

    def session(self, session_id: str) -> Row | None:
        """The waiting session of this id, or None when it has ended."""
        return next((session for session in self.sessions if session["id"] == session_id), None)


async def agenda(
    reader: Reader, conversation_id: str, now: datetime, gathering: Gathering | None = None
) -> Agenda | None:
    """What a conversation has to do now, the first thing first; None when that is nothing."""
    found = await conversations.inputs(reader, conversation_id, now)
    first_of_each = {row["kind"]: row for row in reversed(found)}
    if not first_of_each:
        return None
    chosen = min(first_of_each.values(), key=lambda row: (row["at"], _ORDER.index(row["kind"])))
    # What is due after a message does not wait for more of them.
    is_alone = first_of_each.keys() == {"message"}
    if gathering and is_alone and not gathering.is_due(conversation_id, chosen["id"], chosen["at"], now):
        return None
    conversation = await conversations.by_id(reader, conversation_id)
    given = await _input(reader, chosen["kind"], chosen["id"])
    if gathering is not None and isinstance(given, Heard):
        rows = gathering.together(await conversations.unheard(reader, conversation_id, MOST_MESSAGES))
        given = Heard({**rows[0], "text": joined(rows)}, rows[1:])
    if conversation is None or given is None:
        return None
    sessions = await conversations.open_sessions(reader, conversation_id)
    is_heard = isinstance(given, Heard)
    unanswered = await conversations.undelivered(reader, conversation_id, _UNANSWERED) if is_heard else []
    return Agenda(conversation, sessions, unanswered, given, has_more=len(found) > 1)


async def _input(reader: Reader, kind: str, row_id: str) -> Input | None:
    match kind:
        case "timer":
            timer = await conversations.timer_by_id(reader, row_id)
            return TimeIsUp(timer) if timer else None
        case "run":
            run = await conversations.run_by_id(reader, row_id)
            return RunIsDue(run) if run else None
    message = await conversations.message_by_id(reader, row_id)
    return Heard(message) if message else None
