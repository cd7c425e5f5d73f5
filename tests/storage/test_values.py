"""Whatever a column may hold is read as it was written, also of several rows that are written at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tasktalk.storage.database import Database
from tasktalk.storage.tables import conversation, event, memory, pipeline_stage
from tasktalk.storage.writes import WriteSet
from tests.storage.contacts import NOW, contact_row

TEXTS = [
    "",
    " ",
    "NULL",
    "null",
    ",",
    "{",
    "}",
    "{}",
    '"',
    '""',
    "\\",
    "\\\\x41",
    "a,b",
    "it's",
    "%s",
    "%",
    "ü",
    "日本\n\t",
    '","',
]
ROUTES: list[Any] = [None, {}, {"a": [1, 2.5, None, True]}, *({text: text} for text in TEXTS)]
BYTES = [b"", b"\0", b"\\x", b'"', bytes(range(256))]
TIMES = [NOW, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]


@pytest.mark.parametrize("count", [1, 3])
async def test_texts_and_json(database: Database, count: int) -> None:
    writes, expected = WriteSet(), {}
    for n, (words, route) in enumerate((words, route) for words in TEXTS for route in ROUTES[:count] + ROUTES[-count:]):
        key = f"k{n}"
        writes.insert("contact", {**contact_row(key), "name": words})
        row = {"id": key, "bot": words, "contact_id": key, "channel": "c", "created_at": NOW, "route": route}
        writes.insert("conversation", row)
        expected[key] = (words, route)
    await database.commit(writes)
    async with database.read() as reader:
        found = await reader.rows(select(conversation))
    assert {row["id"]: (row["bot"], row["route"]) for row in found} == expected
    again = WriteSet()
    for key, (_, route) in expected.items():
        again.update("conversation", {"id": key}, {"route": {"was": route}})
    await database.commit(again)
    async with database.read() as reader:
        found = await reader.rows(select(conversation))
    assert {row["id"]: row["route"] for row in found} == {key: {"was": route} for key, (_, route) in expected.items()}


async def test_every_json(database: Database) -> None:
    writes = WriteSet()
    for n, route in enumerate(ROUTES):
        writes.insert("contact", contact_row(str(n)))
        row = {"id": str(n), "bot": "b", "contact_id": str(n), "channel": "c", "created_at": NOW, "route": route}
        writes.insert("conversation", row)
    await database.commit(writes)
    async with database.read() as reader:
        found = {row["id"]: row["route"] for row in await reader.rows(select(conversation))}
    assert [found[str(n)] for n in range(len(ROUTES))] == ROUTES


async def test_bytes_and_times(database: Database) -> None:
    writes, expected = WriteSet(), {}
    for n, (value, at) in enumerate((value, at) for value in BYTES for at in (*TIMES, None)):
        row = {"id": str(n), "bot": "b", "owner": "", "key": str(n), "value": value, "expires_at": at}
        writes.insert("memory", {**row, "version": n, "updated_at": at or NOW})
        expected[str(n)] = (value, at, n)
    await database.commit(writes)
    async with database.read() as reader:
        found = await reader.rows(select(memory))
    assert {row["id"]: (row["value"], row["expires_at"], row["version"]) for row in found} == expected


async def test_numbers_and_what_no_database_can_keep(database: Database) -> None:
    writes, numbers = WriteSet(), [0.0, 0.1, 1e300, -2.5, 3]
    writes.insert("organisation", {"id": "o", "name": "half \ud800 and \0 none", "created_at": NOW})
    for n, number in enumerate(numbers):
        row: dict[str, Any] = dict.fromkeys(("name", "description", "instructions"), "\ud800" if n else "x")
        row |= {"id": str(n), "organisation_id": "o", "number": n, "place": True, "attempts": 2**31 - 1}
        writes.insert(
            "pipeline_stage", {**row, "pause_seconds": number, "created_at": NOW, "updated_at": NOW, "version": -1}
        )
    await database.commit(writes)
    async with database.read() as reader:
        found = sorted(await reader.rows(select(pipeline_stage)), key=lambda row: row["number"])
    assert [(row["pause_seconds"], row["name"], row["place"], row["attempts"]) for row in found] == [
        (number, "\ufffd" if n else "x", 1, 2**31 - 1) for n, number in enumerate(numbers)
    ]


async def test_rows_that_are_counted_on_get_one_number_each(database: Database) -> None:
    row = {"subject": "task", "kind": "k", "actor": "a", "source": "s", "changes": {}, "created_at": NOW}
    for first in (0, 3):
        writes = WriteSet()
        for n in range(first, first + 3):
            writes.insert("event", {**row, "id": f"evt{n}", "organisation_id": "o", "subject_id": str(n)})
        await database.commit(writes)
    async with database.read() as reader:
        found = await reader.rows(select(event))
    assert sorted((each["sequence"], each["id"]) for each in found) == [(n + 1, f"evt{n}") for n in range(6)]


@pytest.mark.parametrize(
    ("table", "row"),
    [("timer", {"is_expiry": "false"}), ("timer", {"is_expiry": 2}), ("contact", {"name": {"a": 1}})],
)
async def test_what_a_column_cannot_hold_is_refused(database: Database, table: str, row: dict[str, Any]) -> None:
    whole: dict[str, Any] = contact_row("c")
    if table == "timer":
        whole = {"id": "t", "session_id": "s", "conversation_id": "c", "due_at": NOW}
    writes = WriteSet()
    writes.insert(table, {**whole, **row})
    with pytest.raises(Exception, match=r"(?i)text|true|boolean|bool|type"):
        await database.commit(writes)
