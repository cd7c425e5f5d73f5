"""Files that hang on tasks.

Before bytes are stored, a row says that they come; only the commit that attaches them says that they are kept. So a row
of an attachment never points at a file that is not there, and what was stored for nothing is found by its row.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.files import FileStore, Received, name_of
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import filenames
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import attachments
from tasktalk.storage.writes import Row, WriteSet

ADDED, REMOVED = "attachment_added", "attachment_removed"
"""The kinds of the events that tell of attachments."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it hangs on a task; `name` is the one under which the store has it."""

    id: str
    task_id: str
    filename: str
    size_bytes: int
    mime_type: str
    uploaded_by: str
    uploaded_at: datetime
    name: str

    @classmethod
    def of(cls, row: Row) -> "Attachment":
        """The attachment that a row holds which also has the `digest` of its file."""
        named = {"file_id", "digest"}
        fields = {column: value for column, value in row.items() if column not in named}
        return cls(**fields, name=name_of(row["digest"], row["file_id"]))


class Storing:
    """A received file on its way into the store, where it comes once, however often the unit of work is repeated."""

    def __init__(self, store: FileStore, received: Received) -> None:
        self._store, self.received = store, received
        self._coming: Row | None = None

    async def stored(self, work: UnitOfWork) -> Row:
        """The row of a file with these bytes, which are in the store. Raises FilesAway."""
        digest = self.received.digest
        row: Row | None = next((row for row in work.changed("file") if row["digest"] == digest), None)
        if row is None:
            async with work.read() as reader:
                row = await attachments.kept_file(reader, digest)
        if row is None:
            row = self._coming = self._coming or await self._store_new(work)
        return row

    async def kept(self, work: UnitOfWork) -> Row:
        """As `stored`, and it stays when the unit of work is committed."""
        row = await self.stored(work)
        # Also where nothing else changes: whoever removes what nobody needs is told by the version that it is needed.
        return work.change("file", row, {"status": "kept"})

    async def _store_new(self, work: UnitOfWork) -> Row:
        digest, file_id = self.received.digest, new_id("fil", work.now)
        row = {
            "id": file_id,
            "digest": digest,
            "size_bytes": self.received.size_bytes,
            "status": "coming",
            "created_at": work.now,
            "version": 1,
        }
        writes = WriteSet()
        writes.insert("file", row)
        await work.commit_apart(writes)
        await self._store.put(name_of(digest, file_id), self.received.path)
        return row


class Stored:
    """A file that `Storing.stored` has stored before, by its id."""

    def __init__(self, file_id: str) -> None:
        self._id = file_id

    async def kept(self, work: UnitOfWork) -> Row:
        """Its row, which stays when the unit of work is committed. Refuses `no-connection` where it was swept
        meanwhile: nothing has needed it for a day."""
        row: Row | None = next((row for row in work.changed("file") if row["id"] == self._id), None)
        if row is None:
            async with work.read() as reader:
                row = await attachments.file_by_id(reader, self._id)
        if row is None or row["status"] == "going":
            raise Refused("no-connection", "The file that was fetched is gone", "fetch it once more")
        return work.change("file", row, {"status": "kept"})


class Attachments:
    """The attachments of the tasks that the actor of `tasks` has to do with, within the same unit of work."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def add(
        self, task_id: str, storing: Storing | Stored, filename: str | None, mime_type: str | None
    ) -> Attachment:
        """Attaches a received file under the name and as the kind of data that somebody says it is. Raises Refused
        `task_not_found`, and FilesAway."""
        task, work = Task.of(await self._tasks.to_change(task_id)), self._tasks.work
        file = await storing.kept(work)
        base_name = filenames.filename(filename)
        row = {
            "id": new_id("att", work.now),
            "task_id": task.id,
            "file_id": file["id"],
            "filename": base_name,
            "size_bytes": file["size_bytes"],
            "mime_type": filenames.mime_type(mime_type, base_name),
            "uploaded_by": self._tasks.actor.user_id,
            "uploaded_at": work.now,
        }
        told = {"attachment_id": row["id"], **{name: row[name] for name in ("filename", "size_bytes", "mime_type")}}
        counted = {"attachments_count": task.attachments_count + 1}
        await self._tasks.note(task.id, ADDED, counted, {name: (None, value) for name, value in told.items()})
        work.insert("attachment", row)
        return Attachment.of({**row, "digest": file["digest"]})

    async def get(self, task_id: str, attachment_id: str) -> Attachment:
        """One of the task's attachments. Raises Refused `task_not_found` or `attachment_not_found`."""
        task = await self._tasks.get(task_id)
        async with self._tasks.work.read() as reader:
            row = await attachments.by_id(reader, attachment_id.strip().lower())
        if row is None or row["task_id"] != task.id:
            raise Refused("attachment_not_found", f"Attachment {attachment_id} not found")
        return Attachment.of(row)

    def read(self, attachment: Attachment) -> AsyncGenerator[bytes]:
        """Its bytes, piece by piece. Raises FilesAway."""
        return self._tasks.files.read(attachment.name)

    async def page(self, task_id: str, page: int, limit: int) -> tuple[Sequence[Attachment], int]:
        """Some of the task's attachments as they are committed, oldest first, and how many there are."""
        task, offset = await self._tasks.get(task_id), (page - 1) * limit
        if offset >= task.attachments_count:
            return [], task.attachments_count
        async with self._tasks.work.read() as reader:
            rows = await attachments.page(reader, task.id, offset, limit)
        return [Attachment.of(row) for row in rows], task.attachments_count

    async def remove(self, task_id: str, attachment_id: str) -> Attachment:
        """Takes a file off the task; its bytes go later, when no task has them. Raises Refused as `get` does."""
        task, found = Task.of(await self._tasks.to_change(task_id)), await self.get(task_id, attachment_id)
        told = {name: (getattr(found, name), None) for name in ("filename", "size_bytes", "mime_type")}
        counted = {"attachments_count": task.attachments_count - 1}
        await self._tasks.note(task.id, REMOVED, counted, {"attachment_id": (found.id, None), **told})
        self._tasks.work.writes.delete("attachment", {"id": found.id})
        return found
