"""Words that are put on conversations: for people who look for them, and for rules that act on them."""

from collections.abc import Sequence

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.permissions import demand_making
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import automations, conversations
from tasktalk.storage.writes import Row

MOST_CHARACTERS = 100
MOST_TAGS = 100


class Tagging:
    """The tags of conversations, within one unit of work."""

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self._work, self._actor = work, actor

    async def of(self, conversation_id: str) -> Sequence[Row]:
        """The tags of a conversation. Refuses `conversation_not_found`."""
        await self._bot(conversation_id)
        return await self._rows(conversation_id)

    async def tag(self, conversation_id: str, tag: object, bot: str | None = None) -> bool:
        """Puts a tag on a conversation, in small letters; False when it is there already. `bot` is known in a turn,
        where the conversation need not be stored yet.

        Refuses `conversation_not_found` and `invalid_tag`.
        """
        word = tag_of(tag)
        demand_making(self._actor, "tags")
        bot = bot or await self._bot(conversation_id)
        rows = await self._rows(conversation_id)
        if any(row["tag"] == word for row in rows):
            return False
        if len(rows) >= MOST_TAGS:
            raise Refused("invalid_tag", f"A conversation can have {MOST_TAGS} tags")
        row = {
            "id": new_id("ctg", self._work.now),
            "conversation_id": conversation_id,
            "tag": word,
            "created_by": self._actor.user_id,
            "created_at": self._work.now,
            "version": 1,
        }
        self._work.insert("conversation_tag", row)
        self._record("conversation_tagged", conversation_id, bot, (None, word))
        return True

    async def untag(self, conversation_id: str, tag: object) -> bool:
        """Takes a tag from a conversation; False when it is not there. Refuses `conversation_not_found`."""
        demand_making(self._actor, "tags")
        word, bot = tag_of(tag), await self._bot(conversation_id)
        for row in await self._rows(conversation_id):
            if row["tag"] == word:
                self._work.delete("conversation_tag", row)
                self._record("conversation_untagged", conversation_id, bot, (word, None))
                return True
        return False

    async def _bot(self, conversation_id: str) -> str:
        """Whose conversation it is."""
        async with self._work.read() as reader:
            row = await conversations.by_id(reader, conversation_id)
        if row is None or row["organisation_id"] != self._actor.organisation_id:
            raise Refused("conversation_not_found", f"Conversation {conversation_id} not found")
        bot: str = row["bot"]
        return bot

    async def _rows(self, conversation_id: str) -> list[Row]:
        """As this unit of work sees them."""
        async with self._work.read() as reader:
            stored = await automations.tags(reader, conversation_id)
        kept = [row for row in stored if self._work.is_untouched("conversation_tag", row["id"])]
        own = [row for row in self._work.changed("conversation_tag") if row["conversation_id"] == conversation_id]
        return [*kept, *own]

    def _record(self, kind: str, conversation_id: str, bot: str, change: tuple[str | None, str | None]) -> None:
        record(self._work, self._actor, kind, "conversation", conversation_id, {"tag": change, "bot": (None, bot)})


def tag_of(value: object) -> str:
    """A tag as it is kept. Refuses `invalid_tag`."""
    word = value.strip().lower() if isinstance(value, str) else ""
    if not word or len(word) > MOST_CHARACTERS or not word.isprintable():
        raise Refused("invalid_tag", f"A tag must be a text of 1 to {MOST_CHARACTERS} characters, on one line")
    return word
