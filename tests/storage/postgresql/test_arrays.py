"""Groups of writes as one statement each: what is written is what SQLite has, at the price of one answer."""

import logging
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tasktalk.storage import arrays
from tasktalk.storage.arrays import PIPELINE
from tasktalk.storage.grouping import Unexpected, grouped, singly
from tasktalk.storage.postgresql import Postgresql
from tasktalk.storage.writes import Count, Delete, Expect, Insert, Update, Write
from tests.databases import Server
from tests.storage.test_grouping import NOW, WRITES, contact, conversation, rows_after, rows_written


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A writer's."""
    connected = Postgresql(Server.database("arrays")).connect()
    yield connected
    connected.close()


@given(writes=st.lists(WRITES, max_size=8))
@example(writes=[contact("a"), conversation("b", "a"), Delete("conversation", {"contact_id": "a"})])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_what_is_written_is_what_sqlite_has(connection: Connection, writes: list[Write]) -> None:
    one_by_one = rows_after(singly(writes))
    for groups in (list(singly(writes)), grouped(writes)):
        with connection.begin() as transaction:
            found = rows_written(connection, partial(arrays.execute, connection, groups))
            transaction.rollback()
        if found is not None or len(groups) == len(writes):  # else they are written one by one
            assert found == one_by_one


def turns(count: int) -> list[Write]:
    writes: list[Write] = []
    for number, key in enumerate(map(str, range(count))):
        lease = {"bucket": number % 3, "process_id": "p", "epoch": 1}
        row = {"id": key, "conversation_id": key, "sequence": 1, "direction": "in", "text": "x", "status": "heard"}
        writes += [
            Expect("lease", lease),
            Insert("message", {**row, "created_at": NOW}),
            Update("contact", {"id": key, "name": None}, {"name": "x"}),
            Count("budget", {"user_id": "u", "kind": "k"}, "count", 50),
            Delete("timer", {"id": key}),
        ]
    return writes


def beginning(count: int) -> list[Write]:
    keys = [str(number) for number in range(count)]
    return [
        *(Insert("lease", {"bucket": bucket, "process_id": "p", "epoch": 1}) for bucket in range(3)),
        Insert("organisation", {"id": "o", "name": "O", "created_at": NOW}),
        Insert("user", {"id": "u", "organisation_id": "o", "name": "u", "created_at": NOW}),
        Insert("budget", {"user_id": "u", "kind": "k", "count": 0, "begun_at": NOW}),
        *map(contact, keys),
        *(conversation(key, key) for key in keys),
    ]


def test_a_batch_of_turns_is_a_statement_for_each_kind_of_write_and_waited_for_once(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw: Any = connection.connection.driver_connection
    arrays.execute(connection, grouped(beginning(50)))
    exchange = Mock(wraps=connection.info[PIPELINE].exchange)
    monkeypatch.setattr(connection.info[PIPELINE], "exchange", exchange)
    monkeypatch.setattr(raw, "wait", wait := Mock(wraps=raw.wait))
    arrays.execute(connection, grouped(turns(50)))
    wait.assert_called_once()
    executed = [each.sql for each in exchange.call_args.args[0]]
    assert [" ".join(statement.split()[:3]) for statement in executed] == [
        "SELECT v.place FROM",
        "INSERT INTO message",
        "UPDATE contact AS",
        "UPDATE budget AS",
        "DELETE FROM timer",
    ]
    monkeypatch.undo()
    assert connection.scalar(text("SELECT count FROM budget")) == 50


@pytest.mark.parametrize(
    "misfit",
    [
        Count("budget", {"user_id": "u", "kind": "k"}, "count", 50),
        Expect("lease", {"bucket": 2, "process_id": "other", "epoch": 1}),
        Update("contact", {"id": "1", "name": "wrong"}, {"name": "x"}),
    ],
)
def test_a_batch_in_which_one_does_not_fit_is_unexpected(connection: Connection, misfit: Write) -> None:
    arrays.execute(connection, grouped(beginning(50)))
    with pytest.raises(Unexpected):
        arrays.execute(connection, grouped([*turns(50), misfit]))


def test_the_first_failure_is_the_one_that_is_told_and_nothing_is_logged(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    writes: list[Write] = [contact("a"), contact("b"), contact("a"), conversation("c", "nobody"), *beginning(40)[2:]]
    connection.begin()
    with caplog.at_level(logging.DEBUG), pytest.raises(IntegrityError) as raised:
        arrays.execute(connection, grouped(writes))
    assert isinstance(raised.value.orig, psycopg.errors.UniqueViolation)
    assert not caplog.records
    connection.rollback()
    arrays.execute(connection, grouped(writes[:2]))


def test_a_write_finds_its_rows_by_their_keys_be_the_table_as_small_as_it_may(connection: Connection) -> None:
    arrays.execute(connection, grouped(beginning(3)))
    for group in grouped(turns(1)):
        if group.kind != "insert":
            statement = arrays._statement(group.shape)
            sql = re.sub(r"\$\d+", "'{}'", statement.sql)
            plan = "\n".join(connection.scalars(text(f"EXPLAIN {sql}")))
            assert "Nested Loop" in plan, plan
            assert "Index" in plan, plan
            assert "Seq Scan" not in plan, plan
