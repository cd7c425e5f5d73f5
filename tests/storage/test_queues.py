"""How much waits in the database: what is pending and due, and nothing else, up to a bound."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.storage import queues
from tasktalk.storage.database import Database
from tasktalk.storage.queues import Queue
from tasktalk.storage.writes import WriteSet
from tests.storage.contacts import NOW, contact_row


def message(sequence: int, direction: str, status: str, minutes: int) -> dict[str, Any]:
    return {
        "id": f"m{sequence}",
        "conversation_id": "c",
        "sequence": sequence,
        "direction": direction,
        "text": "",
        "status": status,
        "created_at": NOW - timedelta(minutes=minutes),
    }


@pytest.fixture
async def filled(database: Database) -> Database:
    writes = WriteSet()
    writes.insert("contact", contact_row("ana"))
    writes.insert("conversation", {"id": "c", "bot": "b", "contact_id": "ana", "channel": "post", "created_at": NOW})
    messages = [
        ("in", "heard", 9),
        ("in", "pending", 3),
        ("in", "pending", 2),
        ("out", "pending", 5),
        ("out", "dead", 9),
    ]
    for sequence, (direction, status, minutes) in enumerate(messages):
        writes.insert("message", message(sequence, direction, status, minutes))
    for status, minutes in {"queued": 4, "running": 8, "held": 7}.items():
        created = NOW - timedelta(minutes=minutes)
        writes.insert(
            "run",
            {
                "id": status,
                "conversation_id": "c",
                "bot": "b",
                "script": "s",
                "arguments": [],
                "planned_at": created,
                "status": status,
                "created_at": created,
            },
        )
    await database.commit(writes)
    return database


def minutes_ago(minutes: int) -> Any:
    return NOW - timedelta(minutes=minutes)


async def test_only_what_waits_is_counted(filled: Database) -> None:
    async with filled.read() as reader:
        assert await queues.inbox(reader) == Queue(2, minutes_ago(3))
        assert await queues.outbox(reader, ["post", "other"]) == Queue(1, minutes_ago(5))
        assert await queues.outbox(reader, ["other"]) == Queue(0, None)
        assert await queues.outbox(reader, []) == Queue(0, None)
        assert await queues.due(reader, NOW) == {
            "timer": Queue(0, None),
            "schedule": Queue(0, None),
            "run": Queue(1, minutes_ago(4)),
        }
        assert await queues.events(reader) == 0


async def test_schedules_are_due_from_their_time_on(database: Database) -> None:
    writes = WriteSet()
    for name, planned in {"due": NOW, "later": NOW + timedelta(seconds=1), "never": None}.items():
        writes.insert(
            "schedule",
            {
                "id": name,
                "bot": "b",
                "script": "s",
                "spec": "0 8 * * *",
                "timezone": "UTC",
                "arguments": [],
                "fires_at": planned,
                "is_declared": False,
                "version": 1,
                "created_at": NOW,
            },
        )
    await database.commit(writes)
    async with database.read() as reader:
        assert (await queues.due(reader, NOW))["schedule"] == Queue(1, NOW)


async def test_the_tables_are_the_newest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.read() as reader:
        assert await queues.is_newest(reader)
        monkeypatch.setattr(queues, "NEWEST", "later")
        assert not await queues.is_newest(reader)


def test_an_empty_queue_has_no_age() -> None:
    assert Queue(0, None).age_seconds(NOW) == 0
    assert Queue(1, minutes_ago(2)).age_seconds(NOW) == 120
    assert Queue(1, NOW + timedelta(seconds=1)).age_seconds(NOW) == 0  # by another machine's clock
