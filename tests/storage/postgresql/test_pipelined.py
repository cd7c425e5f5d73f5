"""Statements sent at once: what comes again and again is prepared, and a failure leaves the connection in order."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tasktalk.storage import pipelined
from tasktalk.storage.pipelined import Pipeline, Statement
from tests.databases import Server

Connection = psycopg.Connection[Any]
MANY = 200_000


@pytest.fixture
def connection() -> Iterator[Connection]:
    with psycopg.connect(Server.empty()) as connected:
        yield connected


def answer(connection: Connection, pipeline: Pipeline, *asked: Statement) -> list[list[bytes | None]]:
    results = connection.wait(pipeline.exchange(asked))
    return [[result.get_value(row, 0) for row in range(result.ntuples)] for result in results]


def prepared(connection: Connection) -> int:
    [[count]] = connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'tasktalk%'").fetchall()
    return int(count)


def double(number: int) -> Statement:
    return Statement("SELECT $1::int * 2", [b"%d" % number])


def test_what_comes_again_is_prepared_and_what_does_not_is_not(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    assert answer(connection, pipeline, double(1), double(2)) == [[b"2"], [b"4"]]
    assert prepared(connection) == 0
    assert answer(connection, pipeline, *map(double, range(9))) == [[b"%d" % (2 * n)] for n in range(9)]
    assert prepared(connection) == 1


def test_no_more_is_prepared_than_the_server_should_keep(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelined, "_MOST", 3)
    pipeline = Pipeline(connection)
    for number in range(6):
        asked = Statement(f"SELECT {number}")
        assert answer(connection, pipeline, *[asked] * 4) == [[b"%d" % number]] * 4
    assert prepared(connection) == 3


def test_not_all_is_counted_for_ever(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelined, "_COUNTED", 3)
    pipeline = Pipeline(connection)
    answer(connection, pipeline, *(Statement(f"SELECT {number}") for number in range(20)))
    assert len(pipeline._uses) <= 3


def test_a_failure_is_the_first_one_and_what_was_to_be_prepared_is_so_later(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    for asked in ([double(1), Statement("SELECT 1 / 0"), Statement("SELECT nothing")], [double(1)] * 3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            answer(connection, pipeline, *asked, Statement("SELECT 1 / 0"))
        connection.rollback()
    assert answer(connection, pipeline, *map(double, range(9))) == [[b"%d" % (2 * n)] for n in range(9)]
    connection.commit()
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_more_is_sent_and_answered_at_once_than_fits_between_the_two(connection: Connection) -> None:
    long = Statement("SELECT $1::text", [b"x" * MANY])
    assert answer(connection, Pipeline(connection), *[long] * 40) == [[b"x" * MANY]] * 40


def test_what_cannot_be_sent_closes_the_connection(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    with pytest.raises(psycopg.OperationalError):
        answer(connection, pipeline, double(1), Statement("SELECT 1", [b"1"] * 70_000))
    assert connection.closed


def test_the_server_says_why_it_ends_the_connection(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.AdminShutdown):
        answer(connection, Pipeline(connection), Statement("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert connection.closed
