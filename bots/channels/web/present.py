"""The pages that are there now, found by their contacts and by their conversations; one that goes is forgotten."""

from collections.abc import Hashable, Sequence
from weakref import WeakSet, finalize

from tasktalk.bots.channels.web.talk import Talk


class Present:
    """Finding some costs nothing for all the others."""

    def __init__(self) -> None:
        self._by: dict[Hashable, WeakSet[Talk]] = {}
        self._begin: WeakSet[Talk] = WeakSet()  # those whose conversations are not known yet

    def add(self, talk: Talk) -> None:
        """A page has come."""
        self._file(talk.whose, talk)
        self._begin.add(talk)

    def of(self, bot: str, contact: str) -> Sequence[Talk]:
        """Those of a contact with a bot."""
        return list(self._by.get((bot, contact), ()))

    def in_conversation(self, conversation_id: str) -> Sequence[Talk]:
        """Those that have begun in a conversation."""
        for talk in list(self._begin) if len(self._begin) else ():  # a WeakSet takes its time, also when it is empty
            if talk.conversation_id is not None:
                self._begin.discard(talk)
                self._file(talk.conversation_id, talk)
        return list(self._by.get(conversation_id, ()))

    def _file(self, key: Hashable, talk: Talk) -> None:
        self._by.setdefault(key, WeakSet()).add(talk)
        finalize(talk, self._tidy, key).atexit = False

    def _tidy(self, key: Hashable) -> None:
        if not list(self._by.get(key, ())):
            self._by.pop(key, None)
