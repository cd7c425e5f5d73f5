"""What is in a database, to be compared with what is in another; and databases as they were before."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Float,
    Integer,
    LargeBinary,
    NullPool,
    String,
    Text,
    create_engine,
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedIndex

from tasktalk.storage import schema
from tasktalk.storage.tables import Moment, metadata
from tasktalk.storage.tables.columns import Id
from tests.databases import IS_POSTGRESQL, Server

MOMENT = "2026-01-05 09:00:00.000000+00:00"
NEEDED: Mapping[type, Any] = {
    **dict.fromkeys((String, Text, Id), "x"),
    **dict.fromkeys((Integer, BigInteger, Float), 1),
    Boolean: False,
    LargeBinary: b"x",
    JSON: [],
    Moment: MOMENT,
}
"""What stands in a column that has to have something, by its type."""


@contextmanager
def as_of(revision: str, folder: Path) -> Iterator[tuple[str, Connection]]:
    """A new database with the tables of then, on the server or else in the folder: its URL, and to fill it."""
    url = Server.empty() if IS_POSTGRESQL else str(folder / "old.db")
    address = make_url(url).set(drivername="postgresql+psycopg") if IS_POSTGRESQL else f"sqlite:///{url}"
    with create_engine(address, poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield url, connection


def insert(connection: Connection, referred: Mapping[str, str], table: str, row: Mapping[str, Any]) -> None:
    """Adds a row, to a table of then, in which something stands that each column takes; `referred` is what by its name
    names another row."""
    columns = metadata.tables[table].columns
    needed = {
        column.name: referred.get(column.name, NEEDED[type(column.type)])
        for column in columns
        if not column.nullable and column.server_default is None
    }
    values = {
        name: json.dumps(value) if isinstance(columns[name].type, JSON) else value
        for name, value in {**needed, **row}.items()
    }
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"), values)


def objects(connection: Connection) -> dict[str, object]:
    """Every table with its columns, indexes and constraints, each in a fixed order."""
    found = inspect(connection)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)),
            sorted((i["name"], i["column_names"], i["unique"], _options(i)) for i in found.get_indexes(table)),
            str(found.get_pk_constraint(table)),
            sorted(map(str, found.get_foreign_keys(table))),
            sorted(map(str, found.get_unique_constraints(table))),
        )
        for table in found.get_table_names()
    }


def _options(index: ReflectedIndex) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())
