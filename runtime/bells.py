"""Bells: whoever waits for something to change in a conversation is woken."""

import asyncio
from weakref import WeakValueDictionary


class Bells:
    """One bell for each conversation for which somebody waits."""

    def __init__(self) -> None:
        self._bells: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    def of(self, conversation_id: str) -> asyncio.Event:
        """An event that is set with the next change of the conversation; to go on, ask for the next one, then read."""
        bell = self._bells.get(conversation_id)
        if bell is None or bell.is_set():
            bell = self._bells[conversation_id] = asyncio.Event()
        return bell

    def ring(self, conversation_id: str) -> None:
        """Something has changed in the conversation."""
        bell = self._bells.get(conversation_id)
        if bell is not None:
            bell.set()

    def ring_all(self) -> None:
        """Something may have changed in any conversation."""
        for bell in list(self._bells.values()):
            bell.set()
