"""What is in a database, to be compared with what is in another; and databases as they were before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, NullPool, create_engine, inspect, make_url
from sqlalchemy.engine.interfaces import ReflectedIndex

from tasktalk.storage import schema
from tests.databases import IS_POSTGRESQL, Server


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
