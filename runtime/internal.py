"""Conversations without a person: where scripts run that a schedule, a task, an event or a program starts."""

from datetime import datetime
from typing import Literal, TypeAlias

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.storage import conversations
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet

Origin: TypeAlias = Literal["schedule", "task", "event", "call"]
INTERNAL_CHANNELS: frozenset[str] = frozenset({"schedule", "task", "event", "call"})
"""Where nobody listens: what is said there stands in the conversation and waits for no delivery."""


class InternalConversations:
    """Finds the conversation of a bot for one origin and one address (a script, a task, an event's name)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str, str], str] = {}  # they never go away

    async def for_run(
        self,
        bot: str,
        origin: Origin,
        address: str,
        writes: WriteSet,
        now: datetime,
        opened: dict[tuple[str, str, str], str],
        organisation_id: str = DEFAULT_ORGANISATION,
        *,
        is_new: bool = False,
    ) -> str:
        """Its id. The first time `writes` get its rows, and `opened` notes it for others of the same write set.

        An address is one organisation's alone, for which the bot acts there. For one that `is_new`, nothing is read.
        """
        key = (bot, origin, address)
        if found := self._known.get(key) or opened.get(key):
            return found
        known = None
        if not is_new:
            async with self._database.read() as reader:
                known = await conversations.of_contact(reader, bot, origin, address)
        if known and known["conversation_id"]:
            self._known[key] = known["conversation_id"]
            return self._known[key]
        of_address = ("", origin, address)  # bots share their contacts
        contact_id = known["contact_id"] if known else opened.get(of_address) or new_id("con", now)
        if not known and of_address not in opened:
            opened[of_address] = contact_id
            contact = {"id": contact_id, "channel": origin, "address": address, "name": None, "created_at": now}
            writes.insert("contact", contact)
        opened[key] = new_id("cnv", now)
        writes.insert("conversation", conversation_row(opened[key], bot, contact_id, origin, now, organisation_id))
        return opened[key]
