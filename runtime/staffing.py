"""What people do in conversations instead of bots: they take one over, write to the contact, and give it back.

What a person writes goes out as what bots say does, in its place among it. No script hears it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime import handover
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.parts import units
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.notifications import Notifying
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts, conversations, talks
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row, WriteSet

SAID_BY: Final = "said_by"
"""Stands in the detail of a message that a person has written: who."""
WAITS: Final = "conversation_waits"
"""The kind of the notification that a conversation waits for a person."""
MOST_CHARACTERS: Final = 1500
"""In units of UTF-16: every channel takes that in one message."""


async def take_over(
    work: UnitOfWork, conversation_id: str, actor: str, reason: str | None, organisation_id: str | None = None
) -> Row:
    """Gives a conversation to a person who asks for it; one that a person has stays as it is.

    Refuses `conversation_not_found`, also for one of another organisation where one is named.
    """
    talk = await _talk(work, conversation_id, organisation_id)
    if talk["since"] is None:
        handover.hand_over(work, conversation_id, Actor(actor, talk["organisation_id"], "person"), reason)
    return talk


async def say(work: UnitOfWork, conversation_id: str, actor: str, text: str, organisation_id: str | None = None) -> Row:
    """Writes to the contact of a conversation that a person has; gives the message. The commit is a Conflict when
    something else is said there at the same moment.

    Refuses `conversation_not_found` as `take_over` does, `with_bot` while the bot has it, `nobody_there` where no
    contact is, `opted_out` for one who wants no messages, and `invalid_text`.
    """
    talk = await _talk(work, conversation_id, organisation_id)
    if talk["since"] is None:
        raise Refused("with_bot", f"The bot has the conversation {conversation_id}: take it over first")
    if talk["channel"] in INTERNAL_CHANNELS:
        raise Refused("nobody_there", f"In the conversation {conversation_id} no contact is to be written to")
    if talk["opted_out_at"] is not None:
        raise Refused("opted_out", "The contact has opted out: they wrote that they want no messages")
    if not text.strip() or units(text) > MOST_CHARACTERS:
        raise Refused("invalid_text", f"expected text to have 1 to {MOST_CHARACTERS:,} characters")
    async with work.read() as reader:
        number = await conversations.last_sequence(reader, conversation_id) + 1
    row = {
        "id": new_id("msg", work.now),
        "conversation_id": conversation_id,
        "sequence": number,
        "direction": "out",
        "text": text,
        "detail": {SAID_BY: actor},
        "status": "pending",
        "created_at": work.now,
    }
    work.writes.insert("message", row)
    work.record(
        "person_said",
        "conversation",
        conversation_id,
        organisation_id=talk["organisation_id"],
        actor=actor,
        source="person",
        changes={"message_id": (None, row["id"])},
    )
    # Whoever gives it back at this moment conflicts, so that nothing of a person comes after what the bot says then.
    work.writes.update(
        "handover", {"conversation_id": conversation_id, "since": talk["since"]}, {"since": talk["since"]}
    )
    return row


async def _talk(work: UnitOfWork, conversation_id: str, organisation_id: str | None) -> Row:
    async with work.read() as reader:
        talk = await talks.by_id(reader, conversation_id)
    if talk is None or organisation_id not in {None, talk["organisation_id"]}:
        raise Refused("conversation_not_found", f"Conversation {conversation_id} not found")
    return talk


class Summoning:
    """Follower: tells those who run bots that a script has given a conversation to a person.

    What is told names the conversation and nobody in it, since it stays where it is when a person is removed.
    """

    def __init__(self, database: Database, notifying: Notifying) -> None:
        self._database, self._notifying = database, notifying

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds the notifications."""
        for happened in page:
            row = happened.row
            if row["kind"] != handover.HANDED_OVER or row["source"] != "script":
                continue
            text = f"A conversation of the bot {row['actor']} waits for a person: {row['subject_id']}"
            async with self._database.read() as reader:
                talk = await talks.by_id(reader, row["subject_id"])
                if talk is None:
                    continue
                users = await accounts.users(reader, talk["organisation_id"])
            told = {**row, "organisation_id": talk["organisation_id"]}
            for user in users:
                if user["role"] in ("owner", "member"):
                    await self._notifying.tell_outright(told, user["id"], text, writes, now, WAITS)
