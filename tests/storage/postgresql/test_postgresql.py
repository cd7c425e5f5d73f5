"""A database on a PostgreSQL server: what is made in it, what is refused, and how that is said."""

import asyncio
import logging
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from alembic import command
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.pool import NullPool

from tasktalk.storage import schema
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.pipelined import Pipeline, Statement
from tasktalk.storage.postgresql import Postgresql
from tasktalk.storage.tables import contact, program, session
from tests.databases import IS_PORTABLE, Server
from tests.patience import PATIENCE
from tests.storage.contacts import contacts, inserting
from tests.storage.schemas import objects


def engine_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


async def test_tables_are_made_in_an_empty_database() -> None:
    database = await Database.open(Server.empty())
    await database.commit(inserting("one"))
    assert await contacts(database) == ["one"]
    await database.close()


async def test_many_processes_may_make_the_tables_at_once() -> None:
    url = Server.empty()
    opened = await asyncio.gather(*(Database.open(url) for _ in range(6)))
    for number, database in enumerate(opened):
        await database.commit(inserting(str(number)))
    assert len(await contacts(opened[0])) == 6
    for database in opened:
        await database.close()


async def test_an_upgrade_from_nothing_gives_the_tables_that_a_new_database_has() -> None:
    with create_engine(engine_url(Server.empty()), poolclass=NullPool).begin() as migrated:
        config = schema.migrations()
        config.attributes["connection"] = migrated
        command.upgrade(config, "head")
        upgraded = objects(migrated)
    url = Server.empty()
    await (await Database.open(url)).close()
    with create_engine(engine_url(url), poolclass=NullPool).connect() as made:
        assert objects(made) == upgraded


async def test_sessions_of_an_older_database_keep_their_programs() -> None:
    url = Server.empty()
    with create_engine(engine_url(url), poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0032")
        for row in (
            f"program (id, bot, name, source, created_at) VALUES ('{'ab' * 32}', 'b', 's', '', now())",
            "contact (id, channel, address, created_at) VALUES ('con_1', 'web', 'ana', now())",
            "conversation (id, bot, contact_id, channel, created_at) VALUES ('cnv_1', 'b', 'con_1', 'web', now())",
            (
                "session (id, conversation_id, status, version, started_at, updated_at, program_id) VALUES "
                f"('ses_1', 'cnv_1', 'waiting', 1, now(), now(), '{'ab' * 32}')"
            ),
        ):
            connection.execute(text(f"INSERT INTO {row}"))
    database = await Database.open(url)
    async with database.read() as reader:
        assert await reader.rows(select(program.c.id)) == [{"id": "ab" * 16}]
        assert await reader.rows(select(session.c.program_id)) == [{"program_id": "ab" * 16}]
    await database.close()


async def test_another_programs_tables_are_left_alone() -> None:
    url = Server.empty()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    with pytest.raises(DatabaseError, match="another program's tables"):
        await Database.open(url)


async def test_a_database_that_is_not_there() -> None:
    url = Server.empty().replace("/empty_", "/nowhere_")
    with pytest.raises(DatabaseError, match=r"nowhere_.*does not exist|has no such database"):
        await Database.open(url)


async def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1:9/talks: the server does not answer") as raised:
        await Database.open("postgresql://ana:secret@127.0.0.1:9/talks")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://", "has no name"),
        ("postgresql://ana@host", "has no name"),
        ("mysql://host/x", "cannot use a database of mysql"),
    ],
)
async def test_a_url_of_something_else(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseError, match=sentence):
        await Database.open(url)


async def test_a_connection_that_the_server_ends_is_made_anew() -> None:
    url = Server.empty()
    database = await Database.open(url)
    await database.commit(inserting("one"))
    assert await contacts(database) == ["one"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await database.commit(inserting("two"))
    assert await contacts(database) == ["one", "two"]
    await database.close()


@pytest.mark.skipif(IS_PORTABLE, reason="there they do not")
async def test_processes_hear_each_other() -> None:
    url = Server.empty()
    first, second = await Database.open(url), await Database.open(url)
    heard: asyncio.Queue[str] = asyncio.Queue()
    assert await first.listen(heard.put_nowait)
    words = [f"cnv_{number:06}" for number in range(3000)]
    assert await second.listen(lambda _: None)
    await second.tell(words)
    assert [await asyncio.wait_for(heard.get(), PATIENCE) for _ in words] == words
    await first.close()
    await second.close()


async def test_texts_are_kept_as_they_are_whatever_encoding_is_usual_there(monkeypatch: pytest.MonkeyPatch) -> None:
    url = Server.empty()
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    database = await Database.open(url)
    await database.commit(inserting("Zoë", "日本"))
    assert set(await contacts(database)) == {"Zoë", "日本"}
    async with database.read() as reader:
        asked = select(contact.c.id).where(contact.c.address == bindparam("address"))
        assert await reader.rows(asked, {"address": "Zoë"}) == [{"id": "Zoë"}]
    with psycopg.connect(url, client_encoding="UTF8") as connection:
        assert set(connection.execute("SELECT address FROM contact")) == {("Zoë",), ("日本",)}
    await database.close()


def test_a_rollback_lets_what_is_prepared_be() -> None:
    connection = Postgresql(Server.empty()).connect()
    raw: Any = connection.connection.driver_connection
    pipeline = Pipeline(raw)
    for _ in range(9):
        raw.execute("SELECT 2")  # so often that psycopg would prepare it by itself
        raw.wait(pipeline.exchange([Statement("SELECT 1")]))
    raw.rollback()
    assert raw.execute("SELECT statement FROM pg_prepared_statements").fetchall() == [("SELECT 1",)]
    connection.close()


async def test_what_was_read_is_not_kept() -> None:
    reading = await Postgresql(Server.empty()).reading()
    assert await reading.fetch("SELECT 1", ()) == [(1,)]
    assert reading._ways.pgresult is None
    assert not reading._pipeline._answered.done()
    await reading.close()


async def test_what_is_read_together_is_waited_for_once_and_only_the_first_failure_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = await Postgresql(Server.empty()).reading()
    wait = Mock(wraps=reading._pipeline.ask)
    monkeypatch.setattr(reading._pipeline, "ask", wait)
    asked = [(f"SELECT {n}::int + $1::int", (n,)) for n in range(3)]
    assert [list(map(tuple, rows)) for rows in await reading.fetch_each(asked)] == [[(0,)], [(2,)], [(4,)]]
    assert wait.call_count == 1
    assert await reading.fetch("SELECT 4", ()) == [(4,)]
    assert wait.call_count == 2
    await (reading.end() or pytest.fail("the transaction is to be ended"))
    wait.reset_mock()
    assert await reading.fetch_each([("SELECT 5", ())], is_all=True) == [[(5,)]]
    assert reading.end() is None
    assert wait.call_count == 1
    with caplog.at_level(logging.DEBUG), pytest.raises(psycopg.errors.DivisionByZero):
        await reading.fetch_each([("SELECT 1 / $1::int", (0,)), *asked])
    assert not caplog.records
    await reading.close()
