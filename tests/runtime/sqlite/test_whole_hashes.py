"""Talks of before programs were known by half of the hash of their source."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import NullPool, create_engine

from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import schema
from tasktalk.storage.packed_ids import unpacked
from tasktalk.storage.tables import metadata
from tasktalk.storage.tables.columns import Id
from tests.stage import ECHO, Stage


def as_text(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its ids as they were stored before they were packed."""
    ids = {column.name for column in metadata.tables[table].c if isinstance(column.type, Id)}
    return {name: unpacked(value) if name in ids and type(value) is bytes else value for name, value in row.items()}


def as_before(new: Path, old: Path) -> None:
    """Writes a talk as it was stored then."""
    with create_engine(f"sqlite:///{old}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0032")
    whole = hashlib.sha256(ECHO.encode()).hexdigest()
    with closing(sqlite3.connect(new)) as source, closing(sqlite3.connect(old)) as target, target:
        source.row_factory = sqlite3.Row
        for table in ("organisation", "program", "contact", "conversation", "session", "message"):
            known = [name for _, name, *_ in target.execute(f"PRAGMA table_info({table})")]
            for row in source.execute(f"SELECT * FROM {table}"):
                given = as_text(table, {name: row[name] for name in known if name in set(row.keys())})
                if table == "program":
                    given["id"] = whole
                if table == "session":
                    given["program_id"] = whole
                    given["state"] = f'[1,3,[["{whole}","8c01fb66"]],[[0,"MAIN",2]],[]]'.encode()  # written then
                places = ", ".join(f":{name}" for name in given)
                target.execute(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({places})", given)


async def test_they_go_on(tmp_path: Path, clock: VirtualClock, stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    await stage.close()
    as_before(stage.database_path, tmp_path / "old.db")
    stage.database_path = tmp_path / "old.db"
    stage.write(ECHO + "' edited since\n")
    await stage.open()
    assert await stage.say("one") == ["You said one"]
    await stage.reopen()
    assert await stage.say("two") == ["You said two"]
    ids = {row["id"] for row in await stage.rows("program")}
    assert {len(program_id) for program_id in ids} == {32}
    [session] = await stage.rows("session")
    assert session["program_id"] in ids
    assert len(ids) == 2
