"""Files that come with messages and that no channel could give again: their bytes are kept, where attachments are.

They stay for as long as a message tells of them, or a task has them.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.files import FileStore, Received, name_of, received
from tasktalk.runtime.ports import FileGone, InboundFile
from tasktalk.runtime.sent_files import referred
from tasktalk.runtime.tasks.attachments import Storing
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import attachments
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row, WriteSet

_KEPT: Final = "kept:"


class KeptFiles:
    """Takes bytes in, and gives them again."""

    def __init__(self, database: Database, clock: Clock, store: FileStore | None) -> None:
        self._database, self._clock, self._store = database, clock, store

    async def keep(self, chunks: AsyncIterator[bytes]) -> str:
        """Stores what comes, and gives the reference for an InboundFile. If no message comes with it within a day, it
        goes again.

        Refuses `no_file_store` and `file_too_large`; raises FilesAway, and what `chunks` raises.
        """
        async with received(self.store(), chunks) as found:
            return await self.keep_received(found)

    async def keep_received(self, found: Received) -> str:
        """As `keep`, for what has come already."""
        storing = Storing(self.store(), found)
        while (file_id := await self._stored(storing)) is None:
            pass
        return f"{_KEPT}{file_id}"

    def store(self) -> FileStore:
        """Where the bytes go. Refuses `no_file_store`."""
        if self._store is None:
            raise Refused("no_file_store", "This server keeps no files", "whoever runs it can give it a place: --files")
        return self._store

    async def _stored(self, storing: Storing) -> str | None:
        """The id of a file with the bytes, which stays for a day; None for one that is just being removed."""
        work = UnitOfWork(self._database, self._clock.now())
        row = await storing.stored(work)
        found: str = row["id"]
        if row["status"] == "kept":  # somebody else's, who may need it no more
            work.change("file", row, {"created_at": work.now})
            try:
                await work.commit()
            except Conflict:
                return None
        return found

    async def read(self, reference: str) -> tuple[int, AsyncGenerator[bytes]]:
        """How many bytes it has, and they themselves. Raises FileGone, and FilesAway while they are read."""
        async with self._database.read() as reader:
            row = await attachments.file_by_id(reader, reference.removeprefix(_KEPT))
        if self._store is None or row is None or row["status"] == "going":
            raise FileGone("this file is not kept any more")
        return row["size_bytes"], self._store.read(name_of(row["digest"], row["id"]))

    async def referred(self, reference: str) -> str:
        """What a channel needs to get a file again, be it in the link or with the message. Raises FileGone."""
        async with self._database.read() as reader:
            found = await referred(reader, reference)
        if found is None:
            raise FileGone("the message with which this file came is not kept any more")
        return found


def is_kept(reference: str) -> bool:
    """Whether it is this server that has the bytes."""
    return reference.startswith(_KEPT)


async def needed(reader: Reader, files: Sequence[InboundFile]) -> Sequence[Row]:
    """The rows of those of a message's files that are kept here."""
    ids = dict.fromkeys(file.reference.removeprefix(_KEPT) for file in files if is_kept(file.reference))
    found = [await attachments.file_by_id(reader, file_id) for file_id in ids]
    return [row for row in found if row is not None and row["status"] != "going"]


def need(writes: WriteSet, message_id: str, rows: Sequence[Row]) -> None:
    """The message tells of these files, which stay with it. A Conflict where one of them is just being removed."""
    for row in rows:
        version = row["version"]
        writes.update("file", {"id": row["id"], "version": version}, {"status": "kept", "version": version + 1})
        writes.insert("message_file", {"message_id": message_id, "file_id": row["id"]})
