"""Databases of one's own on a PostgreSQL server, which are gone afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tasktalk.storage.errors import no_driver


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """Makes an empty database beside the one of the URL, gives its URL, and drops it in the end, whoever is using it.

    Raises DatabaseError when the server cannot be reached, or does not let this user make databases.
    """
    try:
        import psycopg
        from psycopg import sql

        from tasktalk.storage.postgresql import Postgresql
    except ImportError:
        raise no_driver() from None
    server = Postgresql(url)
    name = "tasktalk_scratch_" + secrets.token_hex(6)

    def execute(statement: str) -> None:
        with server.errors(), psycopg.connect(server.libpq_url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    execute("CREATE DATABASE {} TEMPLATE template0")
    try:
        yield server.libpq_url(name)
    finally:
        execute("DROP DATABASE IF EXISTS {} WITH (FORCE)")
