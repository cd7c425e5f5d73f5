"""The lock that says which process drives a database; the system lets go of it when that process dies."""

import sqlite3
from pathlib import Path


class FileLock:
    """An exclusive lock on `<database>-lock`.

    It is a lock of SQLite's on an empty file, which works alike on every system and also between two users of it in
    one process. The file is left behind: to remove it would let two processes hold locks on two files of one name.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + "-lock")
        self._held: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Takes the lock unless somebody else has it; taking it again is fine. Raises sqlite3.Error when it cannot be
        asked for."""
        if self._held:
            return True
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            if (error.sqlite_errorname or "").startswith("SQLITE_BUSY"):
                return False
            raise
        self._held = connection
        return True

    def release(self) -> None:
        """Lets go; without the lock it does nothing."""
        if self._held:
            self._held.close()
            self._held = None
