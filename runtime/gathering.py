"""Several messages that somebody writes in a row become one turn: their words, each in a line of its own.

A word by which they opt out or come back is heard by itself. They stay in the inbox meanwhile, so nothing of them is
lost with the process: the next one counts anew from the time at which the first of them came.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.sent_files import said
from tasktalk.storage.writes import Row

MOST_MESSAGES = 100
MOST_CHARACTERS = 10_000


class Gathering:
    """Says when the messages of each conversation are to be heard."""

    def __init__(
        self, pause: timedelta, note: Callable[[datetime], None], customs: Callable[[str], Customs] = lambda _: NONE
    ) -> None:
        """Those that come within `pause` of the first are heard together, when it is over. `note` is called with each
        time at which `look` must be. `customs` are those of a channel."""
        self._pause, self._note, self._customs = pause, note, customs
        self._due: dict[str, tuple[str, datetime]] = {}  # of each conversation, by its first message
        self._later: dict[str, datetime] = {}  # those of which `look` has not told yet

    def is_due(self, conversation_id: str, message_id: str, came_at: datetime, now: datetime) -> bool:
        """Whether the first message that waits is to be heard now; if not, `look` tells when it is."""
        known, due = self._due.get(conversation_id, ("", now))
        if known != message_id:
            # Another process may have taken it in, by a clock that is ahead of this one's.
            due = min(came_at, now) + self._pause
        if due <= now:
            self._due.pop(conversation_id, None)
            self._later.pop(conversation_id, None)
            return True
        self._due[conversation_id] = message_id, due
        self._later[conversation_id] = due
        self._note(due)
        return False

    def together(self, rows: Sequence[Row], conversation: Row) -> Sequence[Row]:
        """Those of the messages that wait, in their order, that are heard with the first; it is among them."""
        customs, is_out = self._customs(conversation["channel"]), conversation["opted_out_at"] is not None
        size, ends, was_word = 0, rows[0]["created_at"] + self._pause, False
        for count, row in enumerate(rows):
            size += len(row["text"])
            is_for_another = row["session_id"] != rows[0]["session_id"]
            is_word = customs.is_word(row["text"], is_out=is_out)
            is_apart = is_for_another or is_word or was_word
            if count and (row["created_at"] > ends or size > MOST_CHARACTERS or is_apart):
                return rows[:count]
            was_word = is_word
        return rows

    def look(self, now: datetime) -> list[str]:
        """The conversations that are due by now and were not told yet."""
        due = [conversation_id for conversation_id, when in self._later.items() if when <= now]
        for conversation_id in due:
            del self._later[conversation_id]
        return due

    def next_due(self, after: datetime | None) -> datetime | None:
        """When something is due, of the times after `after`."""
        return min((when for when in self._later.values() if after is None or when > after), default=None)


def joined(rows: Sequence[Row]) -> str:
    """Their words, or the links of those that have none."""
    return "\n".join(said(row) for row in rows)
