"""A checkup finds what is wrong, says where and what to do, and finds nothing where nothing is."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tasktalk.runtime.checkup import Checkup, checkup
from tasktalk.runtime.leases import BUCKETS
from tasktalk.storage.database import backend_of
from tasktalk.storage.inspection import inspected
from tasktalk.storage.schema import NEWEST
from tasktalk.storage.writes import WriteSet
from tests.databases import IS_POSTGRESQL, url_of
from tests.stage import Stage


async def found(stage: Stage) -> Checkup:
    async with inspected(url_of(stage.database_path)) as inspection:
        return await checkup(inspection, stage.keywords, stage.clock.now())


async def wrong(stage: Stage) -> dict[str, list[str]]:
    return {look.at: list(look.wrong) for look in (await found(stage)).looks if look.wrong}


def execute(stage: Stage, *statements: str) -> None:
    backend = backend_of(url_of(stage.database_path))
    with closing(backend.connect()) as connection:
        is_done = False
        while not is_done:
            try:
                with connection.begin():
                    for statement in statements:
                        connection.execute(text(statement))
                is_done = True
            except DBAPIError as error:
                if not backend.may_be_repeated(error):
                    raise
    backend.close()


async def update(stage: Stage, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
    writes = WriteSet()
    writes.update(table, key, values)
    await stage.database.commit(writes)


async def delete(stage: Stage, table: str, key: dict[str, Any]) -> None:
    writes = WriteSet()
    writes.delete(table, key)
    await stage.database.commit(writes)


@pytest.fixture
async def talk(stage: Stage) -> Stage:
    """Bo's script waits for a time, Carl's for a task, and Ana's, which another one has called, for an answer."""
    stage.write(
        """
        TALK "Which?"
        HEAR what
        IF what = "time" THEN
          WAIT 5 DAYS
        END IF
        IF what = "task" THEN
          t = CREATE TASK "Tea"
          x = WAIT FOR TASK t
        END IF
        CALL "other.bas"
        """
    )
    stage.write("HEAR x\nTALK x\n", "other.bas")
    await stage.open()
    for contact, word in (("ana", "hear"), ("bo", "time"), ("carl", "task")):
        await stage.say("hi", contact=contact)
        await stage.say(word, contact=contact)
    await stage.engine.settle()
    return stage


async def session_of(stage: Stage, waits_for: str) -> dict[str, Any]:
    [row] = await stage.rows("session", waits_for=waits_for)
    return row


async def test_nothing_is_wrong_while_it_is_served(talk: Stage) -> None:
    seen = await found(talk)
    assert seen.is_sound
    assert {look.at: look.seen for look in seen.looks} == {
        "storage": "read without a mistake",
        "tables": f"of revision {NEWEST}, as this version of tasktalk has them",
        "talks": "3 wait, and all of them can go on",
        "times": "of 1 waits and 0 schedules, all can be read",
        "messages": "9, no number twice in a conversation",
        "processes": "1 share the database" if IS_POSTGRESQL else "none shares the database",
    }
    assert {kind: queue.count for kind, queue in seen.queues.items()} == dict.fromkeys(
        ("inbox", "outbox", "timers", "schedules", "runs", "events"), 0
    )


async def test_a_source_that_is_lost(talk: Stage) -> None:
    session = await session_of(talk, "message")
    await delete(talk, "program", {"name": "other.bas"})
    sentence = f"{session['id']} (helper, start.bas): the source of its script is not stored"
    assert await wrong(talk) == {"talks": [sentence]}


@pytest.mark.parametrize(
    ("waits_for", "values", "sentence"),
    [
        ("message", {"state": b"?"}, "the state is damaged"),
        ("message", {"state": None}, "the state is damaged"),
        ("message", {"wait_keyword": "ASK"}, "it waits in ASK, which this version of tasktalk does not have"),
    ],
)
async def test_a_talk_that_cannot_go_on(talk: Stage, waits_for: str, values: dict[str, Any], sentence: str) -> None:
    session = await session_of(talk, waits_for)
    await update(talk, "session", {"id": session["id"]}, values)
    assert await wrong(talk) == {"talks": [f"{session['id']} (helper, start.bas): {sentence}"]}


@pytest.mark.parametrize(
    ("waits_for", "table", "sentence"),
    [
        ("time", "timer", "it waits for a time, and nothing tells when"),
        ("task", "awaited", "it waits for a task, and nothing tells for which"),
    ],
)
async def test_a_talk_that_nothing_wakes(talk: Stage, waits_for: str, table: str, sentence: str) -> None:
    session = await session_of(talk, waits_for)
    await delete(talk, table, {"session_id": session["id"]})
    assert await wrong(talk) == {"talks": [f"{session['id']} (helper, start.bas): {sentence}"]}


async def test_a_stored_source_that_this_version_cannot_run(talk: Stage) -> None:
    await update(talk, "program", {"name": "other.bas"}, {"source": "IF x THEN\n"})
    [sentence] = (await wrong(talk))["talks"]
    assert sentence.endswith("the script other.bas of that time has mistakes for this version of tasktalk")


async def test_all_pages_of_talks_are_read(talk: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.runtime.checkup.PAGE", 1)
    for row in await talk.rows("session"):
        await update(talk, "session", {"id": row["id"]}, {"state": b"?"})
    assert len((await wrong(talk))["talks"]) == 3


async def test_a_schedule_that_means_no_times(talk: Stage) -> None:
    talk.write('SET SCHEDULE "every hour"\nPRINT 1\n', "hourly.bas")
    await talk.reopen()
    await talk.engine.settle()
    [row] = await talk.rows("schedule")
    assert await wrong(talk) == {}
    await update(talk, "schedule", {"id": row["id"]}, {"spec": "every blue moon"})
    [sentence] = (await wrong(talk))["times"]
    assert sentence.startswith(f"the schedule {row['id']} (helper, hourly.bas): ")
    assert "every blue moon" in sentence


async def test_a_number_that_two_messages_have(talk: Stage) -> None:
    [first, second, *_] = await talk.rows("message")
    await talk.close()
    execute(
        talk,
        "CREATE TABLE copy AS SELECT * FROM message",
        "DROP TABLE message",
        "ALTER TABLE copy RENAME TO message",
        f"UPDATE message SET sequence = {first['sequence']} WHERE sequence = {second['sequence']} AND conversation_id ="
        " (SELECT conversation.id FROM conversation JOIN contact ON contact.id = contact_id WHERE address = 'ana')",
    )
    conversation_id = first["conversation_id"]
    assert await wrong(talk) == {"messages": [f"2 messages of the conversation {conversation_id} have the number 1"]}


@pytest.mark.parametrize(
    ("revision", "sentence", "way_out"),
    [
        ("0005", "made by an older version of tasktalk; this one has {}", "make a copy"),
        ("0999", "made by a newer version of tasktalk; this one knows {}", "use that version"),
    ],
)
async def test_tables_of_another_version_stay_as_they_are(
    talk: Stage, revision: str, sentence: str, way_out: str
) -> None:
    await talk.close()
    execute(talk, f"UPDATE alembic_version SET version_num = '{revision}'")
    for _ in range(2):
        seen = await found(talk)
        assert [look.at for look in seen.looks] == ["storage", "tables"]
        assert seen.looks[-1].wrong == [f"they are of revision {revision}, {sentence.format(NEWEST)}"]
        assert seen.looks[-1].way_out.startswith(way_out)


async def test_a_table_that_is_missing(talk: Stage) -> None:
    await talk.close()
    execute(talk, "DROP TABLE handover")
    assert await wrong(talk) == {"tables": ["1 tables are missing: handover"]}


async def test_parts_of_the_conversations_that_nobody_takes(stage: Stage) -> None:
    await stage.open()
    await stage.close()
    stage.database = await stage.database.open(url_of(stage.database_path))
    now, writes = stage.clock.now(), WriteSet()
    writes.insert("process", {"id": "prc_1", "seen_at": now})
    if not IS_POSTGRESQL:  # there they are left of the engine that was closed
        for bucket in range(BUCKETS):
            writes.insert("lease", {"bucket": bucket, "process_id": None, "epoch": 1})
    await stage.database.commit(writes)
    sentence = f"nobody takes the turns of {BUCKETS} in {BUCKETS} parts of the conversations, though servers run"
    assert await wrong(stage) == {"processes": [sentence]}
    await update(stage, "process", {"id": "prc_1"}, {"seen_at": now - timedelta(minutes=2)})
    assert await wrong(stage) == {}  # it is gone, and so no server runs
    await stage.database.close()


async def test_what_the_database_finds_wrong_itself(talk: Stage) -> None:
    await talk.close()
    if IS_POSTGRESQL:
        execute(talk, "ALTER TABLE message ADD CONSTRAINT odd CHECK (sequence > 5) NOT VALID")
        assert await wrong(talk) == {
            "storage": ["the rule odd of message was never checked for the rows that are there"]
        }
        return
    with closing(sqlite3.connect(talk.database_path)) as connection:  # without its foreign keys
        connection.execute("DELETE FROM contact WHERE address = 'ana'")
        connection.commit()
    assert await wrong(talk) == {"storage": ["1 rows of conversation name a contact that is not there"]}
    with closing(sqlite3.connect(talk.database_path)) as connection:  # an index in place of another
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'ix_session_ended')"
            " WHERE name = 'ix_conversation_contact_id'"
        )
        connection.commit()
    assert any(
        "missing from index ix_conversation_contact_id" in sentence for sentence in (await wrong(talk))["storage"]
    )
    for content, reason in (
        (talk.database_path.read_bytes()[:-4096] + b"\xff" * 4096, "the file is damaged"),
        (b"?" * 8192, "it is not a database"),
    ):
        talk.database_path.write_bytes(content)
        assert await wrong(talk) == {"reading": [f"cannot use the database {talk.database_path}: {reason}"]}


async def test_what_waits_to_be_done_is_counted(talk: Stage) -> None:
    [first, *_] = await talk.rows("message")
    for name, direction in (("inbox", "in"), ("outbox", "out")):
        writes = WriteSet()
        fresh = {"id": f"msg_{direction}", "sequence": 100 + len(direction), "direction": direction}
        writes.insert("message", {**first, **fresh, "status": "pending", "provider_id": None, "answers": None})
        await talk.database.commit(writes)
        assert (await found(talk)).queues[name].count == 1
