"""What stands in line for each conversation: messages that have just come, and whether the store must be looked at.

It is in memory and only saves reading: what is stored is found again by looking. A message that is not stored yet was
promised to nobody; it is written together with the effects of its turn, or not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tasktalk.runtime.ports import Message
from tasktalk.runtime.runs.beginning import Begun
from tasktalk.storage.writes import Row, WriteSet


class Elsewhere(Exception):
    """Nobody here takes the message's turn: whether it was taken is to be read from the store."""


class Arrival:
    """A message that is on its way to its turn, and who waits for the turn's answer."""

    __slots__ = ("_outcome", "_told", "_waiting", "came_alone", "changed", "conversation_id", "is_stored", "row")

    def __init__(
        self,
        row: Row,
        *,
        is_stored: bool,
        told: Callable[[bool], None] | None = None,
        came_alone: bool = False,
        changed: asyncio.Event | None = None,
    ) -> None:
        """`told` is called once with whether its turn was committed here.

        Of one that was stored just now `came_alone` says that nothing else was written with it, and `changed` is the
        bell of its conversation since before that: once it has rung, the turn may be over.
        """
        self.row, self.is_stored, self._told = row, is_stored, told
        self.conversation_id: str = row["conversation_id"]
        self.came_alone, self.changed = came_alone, changed
        self._waiting: list[asyncio.Future[Sequence[Message]]] = []
        self._outcome: Sequence[Message] | Exception | None = None

    def answer(self) -> Awaitable[Sequence[Message]]:
        """What the answer to the message carries, after the commit. Raises what kept the turn from being taken."""
        # Its own: who is cancelled takes only that away.
        waits: asyncio.Future[Sequence[Message]] = asyncio.get_running_loop().create_future()
        self._waiting.append(waits)
        if self._outcome is not None:
            self._tell(self._outcome)
        return waits

    def store(self, writes: WriteSet, sequence: int) -> None:
        """Writes it before its turn; once that is committed, `is_stored` has to be set."""
        writes.insert("message", {**self.row, "sequence": sequence, "status": "pending"})

    def succeed(self, messages: Sequence[Message]) -> None:
        """Tells whoever waits what the answer carries."""
        self._end(messages)

    def fail(self, error: Exception) -> None:
        """Tells whoever waits that no answer comes this way."""
        self._end(error)

    def _end(self, outcome: Sequence[Message] | Exception) -> None:
        if self._outcome is not None:
            return
        self._outcome = outcome
        if self._told is not None:
            self._told(not isinstance(outcome, Exception))
        self._tell(outcome)

    def _tell(self, outcome: Sequence[Message] | Exception) -> None:
        for waits in self._waiting:
            if waits.done():
                continue
            if isinstance(outcome, Exception):
                waits.set_exception(outcome)
                waits.exception()  # who is cancelled in this moment does not ask for it: nothing to complain of
            else:
                waits.set_result(outcome)
        self._waiting.clear()


class Line:
    """What one conversation has to do, as far as it was told."""

    __slots__ = ("arrivals", "has_mail", "must_look", "runs")

    def __init__(self) -> None:
        # Lists: each turn makes a line, in which next to nothing stands, and a deque takes room for 64.
        self.arrivals: list[Arrival] = []
        self.runs: list[Begun] = []  # that are to begin, all of them stored
        self.must_look = self.has_mail = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to be done."""
        return not (self.arrivals or self.runs or self.must_look or self.has_mail)

    @property
    def first(self) -> Arrival | None:
        """The message that came first of those in line."""
        return self.arrivals[0] if self.arrivals else None

    def arrive(self, rows: Sequence[Row]) -> None:
        """Messages are stored that nobody has heard; some may stand here already. They come before those that are not
        stored, in the order of their numbers, as where all is read."""
        known = {arrival.row["id"] for arrival in self.arrivals}
        came = [*self.arrivals, *(Arrival(row, is_stored=True) for row in rows if row["id"] not in known)]
        came.sort(key=lambda arrival: (not arrival.is_stored, arrival.row["sequence"] if arrival.is_stored else 0))
        self.arrivals = came

    def answered(self, message_id: str, messages: Sequence[Message]) -> None:
        """The turn that heard a message is stored."""
        for arrival in self.arrivals:
            if arrival.row["id"] == message_id:
                self.arrivals.remove(arrival)
                arrival.succeed(messages)
                return

    def leave(self, error: Exception, count: int | None = None) -> None:
        """Nobody here takes what stands in line, or the first `count` of it."""
        for _ in range(len(self.arrivals) if count is None else count):
            self.arrivals.pop(0).fail(error)


class Lines:
    """The lines of all conversations that have one."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def of(self, conversation_id: str) -> Line:
        """The conversation's line; a new one where nothing is known to be done."""
        found = self._lines.get(conversation_id)
        if found is None:
            found = self._lines[conversation_id] = Line()
        return found

    def close(self, conversation_id: str) -> None:
        """Forgets a line in which nothing stands."""
        line = self._lines.get(conversation_id)
        if line is not None and line.is_empty:
            del self._lines[conversation_id]

    def leave(self, error: Exception) -> None:
        """Nobody takes anything any more."""
        for line in self._lines.values():
            line.leave(error)
        self._lines.clear()
