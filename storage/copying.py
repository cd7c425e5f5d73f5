"""Copies of a database that is being served."""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tasktalk.storage.access import make_private, uri_to_read
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.sqlite import Sqlite, is_damage, reason_of


def backup(url: str, target: Path) -> None:
    """Writes a copy as of one moment to a new file, this user's alone; a server may write meanwhile.

    The copy has its name when it is whole and was found sound; before, and for good when this process is killed, it is
    `<target>.part`, which the next copy of that name replaces. Raises DatabaseError.
    """
    scheme, separator, _ = url.partition("://")
    if separator and scheme != "sqlite":
        raise DatabaseError(f"PostgreSQL copies its databases itself: {_pg_dump(url, target)}")
    source = Sqlite(url)
    if (new := source.new_file()) is not None:
        raise DatabaseError(f"there is no database {new}: give one with --db")
    with source.errors(), closing(sqlite3.connect(uri_to_read(source.path), uri=True)) as live:
        live.execute("SELECT count(*) FROM sqlite_master").fetchall()  # what cannot be read is said of the source
        with _written(target) as part, closing(sqlite3.connect(part)) as copy:
            try:
                live.backup(copy)  # in one step: one that is interrupted begins anew with each write of the server
            except sqlite3.Error as error:
                raise error if is_damage(error) else _cannot_write(target, reason_of(error)) from error
            source.check(copy)


@contextmanager
def _written(target: Path) -> Iterator[Path]:
    """A new file that gets the name of `target` in the end; none is left of it when something fails."""
    part = target.with_name(f"{target.name}.part")
    try:
        if not target.parent.is_dir():
            raise _cannot_write(target, f"there is no folder {target.parent}")
        if target.exists():
            raise DatabaseError(f"there is a file {target} already: give another name")
        if _is_held(part):
            raise _cannot_write(target, f"another copy of that name is just being made, in {part}")
        _remove(part)
        make_private(part)
        try:
            yield part
            part.rename(target)
        except BaseException:
            _remove(part)
            raise
    except OSError as problem:
        raise _cannot_write(target, problem.strerror or str(problem)) from problem


def _is_held(part: Path) -> bool:
    """Whether somebody writes it at this moment; of one that was killed, the system let go."""
    if not part.exists():
        return False
    with closing(sqlite3.connect(part, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            return (error.sqlite_errorname or "").startswith("SQLITE_BUSY")
        return False


def _remove(part: Path) -> None:
    for path in (part, part.with_name(f"{part.name}-journal")):
        path.unlink(missing_ok=True)


def _cannot_write(target: Path, reason: str) -> DatabaseError:
    return DatabaseError(f"cannot write the copy {target}: {reason}")


def _pg_dump(url: str, target: Path) -> str:
    """The command that copies a database on a server, with all that is known but the password."""
    try:
        known = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError("expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from None
    place = known.difference_update_query(["password"])._replace(drivername="postgresql", password=None)
    return f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(place.render_as_string())}"
