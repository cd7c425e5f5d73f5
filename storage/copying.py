"""Copies of a database that is being served."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.sqlite import Sqlite


def backup(url: str, target: Path) -> None:
    """Writes a copy as of one moment to a new file; a server may write meanwhile. Raises DatabaseError."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme != "sqlite":
        place = f"postgresql://{rest.rpartition('@')[2]}"
        command = f"pg_dump --format=custom --username=USER --file='{target}' '{place}'"
        raise DatabaseError(f"PostgreSQL copies its databases itself: {command}")
    source = Sqlite(url)
    if (new := source.new_file()) is not None:
        raise DatabaseError(f"there is no database {new}: give one with --db")
    if target.exists():
        raise DatabaseError(f"there is a file {target} already: give another name")
    part = target.with_name(target.name + ".part")
    with source.errors():
        uri = f"{source.path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as live, closing(sqlite3.connect(part)) as copy:
            live.backup(copy)  # in one step: one that is interrupted begins anew with each write of the server
    part.rename(target)
