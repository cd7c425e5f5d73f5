"""Statements sent at once: what comes again and again is prepared, and a failure leaves the connection in order."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.pq.abc import PGconn, PGresult

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


def statements(connection: Connection) -> list[str]:
    """Those that the server keeps prepared for a pipeline."""
    asked = "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'tasktalk%' ORDER BY statement"
    return [statement for [statement] in connection.execute(asked).fetchall()]


def prepared(connection: Connection) -> int:
    return len(statements(connection))


class Finite:
    """A connection that is not asked for ever what its answers are."""

    def __init__(self, pgconn: PGconn) -> None:
        self._pgconn, self._left = pgconn, 100

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pgconn, name)

    def get_result(self) -> PGresult | None:
        self._left -= 1
        assert self._left, "there is no end of asking"
        return self._pgconn.get_result()


def double(number: int) -> Statement:
    return Statement("SELECT $1::int * 2", [b"%d" % number])


def test_what_comes_again_is_prepared_and_what_does_not_is_not(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    assert answer(connection, pipeline, double(1), double(2)) == [[b"2"], [b"4"]]
    assert prepared(connection) == 0
    assert answer(connection, pipeline, *map(double, range(9))) == [[b"%d" % (2 * n)] for n in range(9)]
    assert prepared(connection) == 1


def test_those_asked_last_stay_prepared(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    numbers = range(pipelined._MOST + 2)
    for number in numbers:
        assert answer(connection, pipeline, *[Statement(f"SELECT {number}")] * 3) == [[b"%d" % number]] * 3
        answer(connection, pipeline, Statement("SELECT 0"))
    assert statements(connection) == sorted(f"SELECT {number}" for number in numbers if number not in {1, 2})


def test_what_comes_again_among_much_that_does_not_is_prepared(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelined, "_COUNTED", 3)
    pipeline = Pipeline(connection)
    others = (Statement(f"SELECT {number}") for number in range(20))
    for _ in range(3):
        answer(connection, pipeline, double(1), next(others), next(others))
    answer(connection, pipeline, *others)
    assert len(pipeline._uses) <= 3
    assert prepared(connection) == 1


def test_what_is_refused_while_it_is_new_leaves_one_at_the_server(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    for _ in range(9):
        with pytest.raises(psycopg.errors.DivisionByZero):
            answer(connection, pipeline, Statement("SELECT 1 / $1::int", [b"0"]))
        connection.rollback()
    assert statements(connection) == ["BEGIN", "SELECT 1 / $1::int"]


@pytest.mark.parametrize("forget", ["DEALLOCATE ALL", "DISCARD ALL"])
def test_what_the_server_forgot_fails_once(
    connection: Connection, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelined, "_MOST", 2)
    pipeline = Pipeline(connection)
    connection.autocommit = True
    one, two, three = (Statement(f"SELECT {number}") for number in (1, 2, 3))
    answer(connection, pipeline, *[one] * 3, *[two] * 3, Statement("COMMIT"))
    connection.execute(forget)
    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        answer(connection, pipeline, two, *[three] * 3)  # for which another one is to be forgotten
    connection.rollback()
    assert answer(connection, pipeline, one, two, three) == [[b"1"], [b"2"], [b"3"]]
    assert answer(connection, pipeline, one, two, three) == [[b"1"], [b"2"], [b"3"]]


def test_what_a_change_of_the_tables_makes_unfit_fails_once(connection: Connection) -> None:
    pipeline = Pipeline(connection)
    ask = Statement("SELECT taste FROM dish")
    connection.execute("CREATE TABLE dish AS SELECT 7 AS taste")
    assert answer(connection, pipeline, *[ask] * 3) == [[b"7"]] * 3
    connection.execute("ALTER TABLE dish ALTER taste TYPE text")
    connection.commit()
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        answer(connection, pipeline, ask)
    connection.rollback()
    for _ in range(3):
        assert answer(connection, pipeline, ask) == [[b"7"]]


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


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request", b"D\x7f\xff\xff\xf0abcde"], ids=["strange", "endless"])
def test_what_is_no_servers_answer_ends_the_connection(
    connection: Connection, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = socket.socketpair()
    with ours, others:
        os.dup2(ours.fileno(), connection.fileno())
        others.sendall(said)
        others.shutdown(socket.SHUT_WR)
        monkeypatch.setattr(connection, "pgconn", Finite(connection.pgconn))
        with pytest.raises(psycopg.DatabaseError):
            answer(connection, Pipeline(connection), double(1))
        assert connection.closed
