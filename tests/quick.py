"""What the tests of one process share, because each of them opens databases: it makes that ten times as fast.

New files of SQLite are copies of one whose tables were made as they always are, and no test waits until the disk has
what it wrote: what is lost with the machine's power is lost with the run. Statements are compiled once for all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine

from tasktalk.storage import postgresql, schema, sqlite
from tasktalk.storage.lock import FileLock

make_writer = sqlite._writer
_FIRST: dict[str, Engine] = {}
_copies: set[str | None] = set()  # that were never opened


@contextmanager
def quick_databases() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_writer", _writer)
        patch.setattr(sqlite, "bring_up_to_date", _bring_up_to_date)
        for kind in (sqlite, postgresql):
            patch.setattr(kind, "create_engine", _sharing)
        yield


def _writer(path: Path, is_durable: bool) -> Engine:
    with suppress(OSError):  # SQLite says why
        if not path.exists() or not path.stat().st_size:
            path.write_bytes(_template())
            _copies.add(str(path))
    return make_writer(path, False)


def _bring_up_to_date(connection: Connection, name: str, lock: FileLock | None) -> None:
    path = connection.engine.url.database
    if path not in _copies:
        schema.bring_up_to_date(connection, name, lock)
    _copies.discard(path)


@cache
def _template() -> bytes:
    with make_writer(Path(":memory:"), False).connect() as made:
        schema.bring_up_to_date(made, "template", None)
        found: bytes = made.connection.driver_connection.serialize()  # type: ignore[union-attr]
        return found


def _sharing(*arguments: Any, **options: Any) -> Engine:
    """An engine with the dialect of the first of its kind, by which what is compiled is remembered."""
    made = create_engine(*arguments, **options)
    first = _FIRST.setdefault(made.name, made)
    made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made
