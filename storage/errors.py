"""What can be wrong with the database itself, in a sentence for the person who runs it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError


class DatabaseError(Exception):
    """The database cannot be used; the message says which one and why, and holds nothing of the driver."""


_SENTENCES = {
    "SQLITE_NOTADB": "it is not a database",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_CANTOPEN": "the file or its folder cannot be read or written",
    "SQLITE_READONLY": "the file or its folder is read-only",
    "SQLITE_PERM": "the file or its folder is read-only",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk gave an error",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_LOCKED": "another program keeps it locked",
}


def database_error(error: Exception, path: Path | str) -> DatabaseError:
    """The clear error for one of the driver's."""
    original = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(original, "sqlite_errorname", "") or ""
    reason = next((sentence for code, sentence in _SENTENCES.items() if name.startswith(code)), str(original))
    return DatabaseError(f"cannot use the database {path}: {reason}")


@contextmanager
def clear_errors(path: Path | str) -> Iterator[None]:
    """Turns the driver's errors into DatabaseError."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise database_error(error, path) from error
