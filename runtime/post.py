"""Brings parcels outside: mails and calls of webhooks, in order within a line, again when it fails.

A parcel that was sent while the process died is sent once more after the start, with the same id, by which the other
side knows it. One process does it: the one that takes the events, from which parcels follow.
"""

from collections.abc import Awaitable, Callable, Sequence

from tasktalk.runtime.about import note
from tasktalk.runtime.attempts import Attempts, Outcome, Piece
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.ports import Carriers, HookCall, Undeliverable
from tasktalk.runtime.sharing import Sharing
from tasktalk.runtime.tasks.letters import letter_of
from tasktalk.storage import parcels, webhooks
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

_PAGE = 100


class Post:
    """Brings out what followers have left."""

    what, line = "parcel", "line"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sharing: Sharing,
        carriers: Carriers,
        wake: Callable[[], None],
        crash: Callable[[str], None],
        send_seconds: float,
        meters: Meters,
    ) -> None:
        self._database, self._clock, self._sharing, self._meters = database, clock, sharing, meters
        self._mail, self._hooks = carriers.mail, carriers.hooks
        self._kinds = [*(["email"] if carriers.mail else []), *(["webhook"] if carriers.hooks else [])]
        self.attempts = Attempts(self, clock, wake, crash, send_seconds)

    async def find_all(self) -> None:
        """Takes up what has not arrived, if that is for this process to do."""
        if not self._kinds or not self._sharing.is_housekeeper:
            return
        async with self._database.read() as reader:
            lines = await parcels.lines(reader, self._kinds)
        for line in lines:
            self.attempts.poke_now(line)  # what was put back stands before what is to be tried again later

    def poke(self, line: str) -> None:
        """There may be a parcel in the line."""
        if self._kinds:
            self.attempts.poke(line)

    async def first(self, line: str) -> Sequence[Piece]:
        """The first parcels of a line."""
        if not self._sharing.is_housekeeper:
            return []
        async with self._database.read() as reader:
            rows = await parcels.first(reader, line, _PAGE)
        return [Piece(row, _group(row), self._carrying(row)) for row in rows if row["kind"] in self._kinds]

    async def note(self, line: str, piece: Piece, outcome: Outcome) -> bool:
        """Stores how an attempt went: of what has arrived nothing stays. False when another process has done so, or
        nobody wants it any more."""
        row, writes = piece.row, WriteSet()
        # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
        key = {"id": row["id"], "status": "pending", "attempts": row["attempts"]}
        writes.update("parcel", key, outcome.values)
        if outcome.status == "delivered":
            writes.delete("parcel", {"id": row["id"]})
        outcome.tell_if_dead(writes, "parcel", row["id"], "post", self._clock.now())
        try:
            await self._database.commit(writes)
        except Conflict:
            return False
        self._meters.deliveries.add(row["kind"], outcome.word)
        return True

    def _carrying(self, row: Row) -> Callable[[], Awaitable[Awaitable[None]]]:
        async def carry() -> Awaitable[None]:
            note(parcel=row["id"])
            return await (self._write(row) if row["kind"] == "email" else self._call(row))

        return carry

    async def _write(self, row: Row) -> Awaitable[None]:
        async with self._database.read() as reader:
            letter = await letter_of(reader, row["target"])
        if letter is None or self._mail is None:
            raise Undeliverable("what it tells of is gone, or the user has no address any more")
        return self._mail.send(letter)

    async def _call(self, row: Row) -> Awaitable[None]:
        async with self._database.read() as reader:
            webhook = await webhooks.by_id(reader, row["target"])
        if webhook is None or self._hooks is None:
            raise Undeliverable("there is no such webhook any more")
        now, body = self._clock.now(), row["content"]["body"]
        return self._hooks.call(HookCall(row["id"], webhook["url"], webhook["secret"], now, body))


def _group(row: Row) -> str:
    """One mail server takes all mails; each webhook is somebody else's."""
    return "email" if row["kind"] == "email" else f"webhook {row['target']}"
