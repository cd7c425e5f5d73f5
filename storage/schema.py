"""Brings the tables of an opened database to this version's: a new file at once, an older one by its migrations."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_mock_engine, inspect, text
from sqlalchemy.schema import ExecutableDDLElement

from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.lock import FileLock
from tasktalk.storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

# The newest revision in migrations/versions. Written here too, so that a start need not load Alembic; a test compares.
NEWEST = "0041"


def bring_up_to_date(connection: Connection, name: str, lock: FileLock | None) -> None:
    """Makes or migrates the tables, in one transaction. Raises DatabaseError for a database that is not ours to change.

    `lock` is what the one process holds that drives the database, where there can be only one.
    """
    with connection.begin():
        tables = set(inspect(connection).get_table_names())
        if not tables:
            for statement in _making(connection.dialect.name):
                connection.exec_driver_sql(statement)
            stamp(connection, NEWEST)
            return
        if "alembic_version" not in tables:
            raise DatabaseError(f"cannot use the database {name}: another program's tables are in it")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if revision != NEWEST:
            _migrate(connection, name, lock, revision)


@cache
def _making(dialect: str) -> Sequence[str]:
    """The statements that make all tables. To word them takes several times as long as to have them done."""
    made: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        made.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("postgresql+psycopg://" if dialect == "postgresql" else f"{dialect}://", note)
    metadata.create_all(engine, checkfirst=False)
    return made


def stamp(connection: Connection, revision: str) -> None:
    """Notes the revision of tables that were made without a migration, as Alembic itself notes it."""
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


def migrations() -> "Config":
    """Alembic's configuration for our migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(connection: Connection, name: str, lock: FileLock | None, revision: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = migrations()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseError(f"cannot use the database {name}: a newer version of tasktalk made it")
    if lock and not lock.take():
        raise DatabaseError(
            f"the database {name} must be brought up to date, but another tasktalk is serving it: stop that first"
        )
    try:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    finally:
        if lock:
            lock.release()
