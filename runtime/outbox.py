"""Brings messages out on the channels that do so by themselves: in order within a conversation, again when it fails.

A message that was sent while the process died is sent once more after the start, with the same id: the channel gives
that to its provider as the key of the delivery.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from tasktalk.runtime.about import note
from tasktalk.runtime.attempts import ATTEMPTS, Attempts, Outcome, Piece
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.opting_out import REGARDLESS, WITHHELD
from tasktalk.runtime.pacing import Pacing
from tasktalk.runtime.ports import Channel, Delivery, DeliveryReport, Withheld, parted
from tasktalk.runtime.sharing import Sharing
from tasktalk.storage import conversations, deliveries
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

__all__ = ["ATTEMPTS", "Outbox"]

_PAGE = 100


class Outbox:
    """Delivers what turns have committed."""

    what, line = "message", "conversation"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sharing: Sharing,
        channels: Mapping[str, Channel],
        wake: Callable[[], None],
        crash: Callable[[str], None],
        send_seconds: float,
        told: Callable[[DeliveryReport], None],
        customs: Callable[[str], Customs] = lambda _: NONE,
    ) -> None:
        """`wake` is called when a time was set at which `look` must be called. An attempt that takes longer than
        `send_seconds` has failed. `told` hears of each attempt."""
        self._database, self._clock, self._sharing = database, clock, sharing
        self._channels, self._told, self._customs = channels, told, customs
        self._pacing = Pacing(clock)
        self.attempts = Attempts(self, clock, wake, crash, send_seconds)

    async def find_all(self) -> None:
        """Takes up what was not delivered in the conversations of this process."""
        if not self._channels:
            return
        async with self._database.read() as reader:
            waiting = await conversations.with_undelivered(reader, self._channels.keys(), self._sharing.buckets)
            put_back = await deliveries.with_put_back(reader) if self.attempts.is_any_later else ()
        first = set(put_back)
        for conversation_id in waiting:
            if conversation_id in first:
                self.attempts.poke_now(conversation_id)  # it stands before what is to be tried again later
            else:
                self.poke(conversation_id)

    def poke(self, conversation_id: str) -> None:
        """There may be a message to deliver."""
        if self._channels:
            self.attempts.poke(conversation_id)

    async def first(self, line: str) -> Sequence[Piece]:
        """The first messages of a conversation that are to be delivered."""
        async with self._database.read() as reader:
            conversation = await conversations.by_id(reader, line)
            rows = await conversations.undelivered(reader, line, _PAGE)
        channel = self._channels.get(conversation["channel"]) if conversation else None
        if conversation is None or channel is None or not self._sharing.drives(line):
            return []
        about = {"bot": conversation["bot"], "channel": conversation["channel"]}
        may_go = partial(self._pacing.not_before, conversation["channel"], self._per_second(conversation), line)
        return [
            Piece({**row, **about}, conversation["channel"], partial(self._deliver, channel, conversation, row), may_go)
            for row in rows
        ]

    def _per_second(self, conversation: Row) -> float | None:
        return self._customs(conversation["channel"]).per_second

    async def note(self, line: str, piece: Piece, outcome: Outcome) -> bool:
        """Stores how an attempt went; False when another process drives the conversation."""
        row, writes = piece.row, WriteSet()
        self._sharing.demand(writes, line)
        gone = {"turn_id": None} if outcome.status == "delivered" else {}
        writes.update("message", {"id": row["id"], "status": "pending"}, {**outcome.values, **gone})
        outcome.tell_if_dead(writes, "message", row["id"], "outbox", self._clock.now())
        try:
            await self._database.commit(writes)
        except Conflict as conflict:
            if not self._sharing.note(conflict, line):
                raise
            return False
        who = (row["bot"], row["channel"])
        self._told(
            DeliveryReport(line, row["id"], row["turn_id"], *who, outcome.word, outcome.attempts, outcome.seconds)
        )
        return True

    async def _deliver(self, channel: Channel, conversation: Row, row: Row) -> Awaitable[None]:
        note(bot=conversation["bot"], message=row["id"])
        detail, own_route = parted(row["detail"])
        if not detail.get(REGARDLESS):
            async with self._database.read() as reader:  # they may have opted out a moment ago
                if await conversations.opted_out_at(reader, conversation["id"]) is not None:
                    raise Withheld(WITHHELD)
        return channel.send(
            Delivery(
                row["id"],
                conversation["id"],
                conversation["bot"],
                conversation["address"],
                row["text"],
                detail,
                conversation["route"] or {},
                row["created_at"],
                own_route,
            )
        )
