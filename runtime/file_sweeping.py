"""Removes files that no task and no message has any more, and those that were stored for nothing.

A file is first marked as going, which nobody can do to one that is just being attached; then its bytes go, then its
row. Whoever is killed in between finds it marked.
"""

import logging
from datetime import datetime, timedelta

from tasktalk.runtime.files import FilesAway, FileStore, name_of
from tasktalk.storage import attachments
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, WriteSet

LEAST = timedelta(days=1)
"""How old a file is before it goes: one that is being stored is not needed yet."""
PAGE = 200

_log = logging.getLogger("tasktalk.files")


async def sweep(database: Database, store: FileStore, now: datetime, place: str = "") -> str | None:
    """Looks at a page of files from `place` on; where the next one begins, None at the end. Raises DatabaseError."""
    async with database.read() as reader:
        rows = await attachments.files(reader, now - LEAST, place, PAGE)
    going, marks, ends = [row for row in rows if row["is_past"]], WriteSet(), WriteSet()
    for row in going:
        if row["status"] != "going":
            key = {"id": row["id"], "version": row["version"]}
            marks.update("file", key, {"status": "going", "version": row["version"] + 1})
        ends.delete("message_file", {"file_id": row["id"]})
        ends.delete("file", {"id": row["id"], "status": "going"})
    try:
        await database.commit(marks)
        for row in going:
            await store.remove(name_of(row["digest"], row["id"]))
        await database.commit(ends)
        if not place:
            await store.tidy(now - LEAST)
    except Conflict:
        return None
    except FilesAway as away:
        _log.warning("files that nobody needs cannot be removed: %s", away)
        return None
    return rows[-1]["id"] if len(rows) == PAGE else None
