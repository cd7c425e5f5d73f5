"""Many conversations at once: one is had with a real server, and its rows are copied with ids of their own.

So what lies in the file afterwards is what as many talks would have left, and takes minutes instead of hours to make.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.leases import bucket_of
from tasktalk.storage.packed_ids import packed, unpacked
from tasktalk.storage.tables import metadata
from tasktalk.storage.tables.columns import Id

TABLES = ("contact", "conversation", "session", "message", "timer")
_PAGE = 20_000
_APART = timedelta(milliseconds=20)
"""Between the beginnings of two copies: by their ids they follow each other, as conversations do."""

_IDS = {table: {column.name for column in metadata.tables[table].c if isinstance(column.type, Id)} for table in TABLES}

Rows: TypeAlias = list[tuple[str, dict[str, Any]]]


def rows_of(db: Path, address: str) -> Rows:
    """The rows of a contact's conversation, parents first, each with its table."""
    found: Rows = []
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row

        def read(table: str, condition: str, value: str) -> list[dict[str, Any]]:
            asked = f"SELECT * FROM {table} WHERE {condition} = ?", [packed(value)]
            rows = [
                {
                    name: unpacked(row[name]) if isinstance(row[name], bytes) and name in _IDS[table] else row[name]
                    for name in row.keys()  # noqa: SIM118 - a row is no mapping
                }
                for row in connection.execute(*asked)
            ]
            found.extend((table, row) for row in rows)
            return rows

        [person] = read("contact", "address", address)
        [conversation] = read("conversation", "contact_id", person["id"])
        for table in TABLES[2:]:
            read(table, "conversation_id", conversation["id"])
    connection.close()
    return found


def copied(rows: Rows, address: str, moment: datetime) -> Rows:
    """The same conversation of another contact; timers keep their times."""
    ids: dict[str, str] = {}
    for _, row in rows:
        ids.setdefault(row["id"], new_id(row["id"].partition("_")[0], moment))
        if row.get("turn_id"):
            ids.setdefault(row["turn_id"], new_id("trn", moment))
    made: Rows = []
    for table, row in rows:
        copy = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
        if table == "contact":
            copy["address"] = address
        elif table == "conversation":
            copy["bucket"] = bucket_of(copy["id"])
        made.append((table, copy))
    return made


def fill(db: Path, conversations: Iterator[Rows], count: int, told: Callable[[int], None]) -> None:
    """Writes them all: quickly, because who is killed meanwhile begins anew."""
    connection = sqlite3.connect(db, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    done = 0
    while page := list(islice(conversations, min(_PAGE, count - done))):
        connection.execute("BEGIN")
        columns: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = {}
        for rows in page:
            for table, row in rows:
                kept = (packed(row[name]) if name in _IDS[table] and row[name] else row[name] for name in row)
                columns.setdefault((table, tuple(row)), []).append(tuple(kept))
        for (table, names), values in columns.items():
            places = ", ".join("?" * len(names))
            listed = ", ".join(f'"{name}"' for name in names)
            connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({places})", values)
        connection.execute("COMMIT")
        done += len(page)
        told(done)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def moments(count: int) -> Iterator[datetime]:
    """When each of so many copies began, the last one now."""
    now = datetime.now(UTC)
    return (now - _APART * (count - number) for number in range(count))


def stored(moment: datetime) -> str:
    """A time as SQLite's rows have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def sizes(db: Path) -> Mapping[str, int]:
    """The bytes of each table and index; nothing where this SQLite does not count them."""
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    try:
        found = connection.execute("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE").fetchall()
    except sqlite3.OperationalError:
        return {}
    finally:
        connection.close()
    return {name: size for name, size in found if size > 4096}


def progress(what: str, count: int) -> Callable[[int], None]:
    """Tells the standard error how far it has come, ten times in all."""
    step = max(1, count // 10)
    last = 0

    def told(done: int) -> None:
        nonlocal last
        if done // step > last or done == count:
            last = done // step
            print(f"{what}: {done:,} of {count:,}", file=sys.stderr)

    return told
