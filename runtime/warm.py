"""Conversations as they were left by their latest turn, so that the next message needs nothing from the store.

Only for conversations that this process drives, and only a help: what a turn does with it is compared with the rows
when it is committed. Whoever changes something of a conversation outside of its turns says so by `forget`.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from tasktalk.interpreter.session import Session
from tasktalk.runtime.agenda import Agenda, Input
from tasktalk.storage.writes import Row


class Known(NamedTuple):
    """A conversation between two turns: its row, its waiting sessions (eldest first), and those that are in memory."""

    conversation: Row
    sessions: Sequence[Row]
    live: Mapping[str, tuple[int, Session]] = MappingProxyType({})  # with the version that it is of
    is_doubted: bool = False  # then only `live` is of use, for the sessions that are still of that version

    @property
    def doubted(self) -> "Known":
        """The same, when something of it may have changed."""
        return self._replace(is_doubted=True)

    def agenda(self, given: Input, now: datetime) -> Agenda | None:
        """What is to do when this message or run is the next input; None when it is not, or is not known."""
        if self.is_doubted:
            return None
        for row in self.sessions:
            if row["due_at"] is not None and row["due_at"] <= now:
                return None
        return Agenda(self.conversation, self.sessions, (), given, False, self.live)


class Warm:
    """What is known of the conversations that had a turn last. For a conversation only one turn is under way."""

    def __init__(self, limit: int) -> None:
        """Of at most `limit` conversations something is kept; with 0 of none."""
        self._limit = limit
        self._known: OrderedDict[str, Known] = OrderedDict()  # those used last at the end
        # To the turn that is under way, which gives back what it leaves; with whether that was doubted meanwhile.
        self._lent: dict[str, bool] = {}

    @property
    def sessions(self) -> int:
        """How many waiting sessions are in memory."""
        return sum(len(known.live) for known in self._known.values())

    def take(self, conversation_id: str) -> Known | None:
        """What is known before a turn. Must be called before anything is read for it."""
        self._lent[conversation_id] = False
        return self._known.pop(conversation_id, None)

    def begin(self, conversation: Row) -> None:
        """A conversation that was just made, of which nobody knows yet."""
        self._keep(conversation["id"], Known(conversation, ()))

    def give_back(self, conversation_id: str, known: Known) -> None:
        """What is known after the turn's commit; it is worth nothing when `forget` was called meanwhile."""
        is_doubted = self._lent.pop(conversation_id, None)
        if is_doubted is not None:
            self._keep(conversation_id, known.doubted if is_doubted else known)

    def _keep(self, conversation_id: str, known: Known) -> None:
        if not self._limit:
            return
        self._known[conversation_id] = known
        while len(self._known) > self._limit:
            self._known.popitem(last=False)

    def release(self, conversation_id: str) -> None:
        """No turn of the conversation is under way any more, whether it gave something back or not."""
        self._lent.pop(conversation_id, None)

    def forget(self, conversation_id: str) -> None:
        """Something of the conversation was changed outside of its turns."""
        self._lent.pop(conversation_id, None)
        self._known.pop(conversation_id, None)

    def forget_contact(self, contact_id: str) -> None:
        """Something of a person was changed, who may talk to several bots."""
        self._lent.clear()
        for conversation_id in [
            i for i, known in self._known.items() if known.conversation["contact_id"] == contact_id
        ]:
            del self._known[conversation_id]

    def forget_all(self) -> None:
        """Anything may have changed."""
        self._lent.clear()
        self._known.clear()

    def doubt(self, conversation_id: str) -> None:
        """Like `forget`, but sessions need not be rebuilt that turn out to be as they were."""
        if conversation_id in self._lent:
            self._lent[conversation_id] = True
        if known := self._known.get(conversation_id):
            self._known[conversation_id] = known.doubted

    def doubt_all(self) -> None:
        """Like `forget_all`, as `doubt` is like `forget`."""
        self._lent = dict.fromkeys(self._lent, True)
        for conversation_id, known in list(self._known.items()):
            if not known.is_doubted:
                self._known[conversation_id] = known.doubted
