"""Rows by many ids."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tasktalk.storage.database import Database
from tasktalk.storage.many import rows_of
from tasktalk.storage.tables import program
from tasktalk.storage.writes import WriteSet

_PROGRAMS = select(program.c.id).order_by(program.c.id)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 511, 512, 513, 1100])
async def test_each_is_given_once_however_many_are_asked_for(database: Database, count: int) -> None:
    known = [f"p{number:04}" for number in range(1200)]
    writes = WriteSet()
    for program_id in known:
        row = {"bot": "b", "name": "n", "source": "", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
        writes.insert("program", {"id": program_id, **row})
    await database.commit(writes)
    wanted = known[:count]
    async with database.read() as reader:
        found = await rows_of(reader, _PROGRAMS, program.c.id, [*wanted, *wanted[:1], "nobody's"])
    assert [row["id"] for row in found] == wanted
