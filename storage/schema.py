"""Brings the tables of an opened database to this version's: a new file at once, an older one by its migrations."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.lock import FileLock
from tasktalk.storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

# The newest revision in migrations/versions. Written here too, so that a start need not load Alembic; a test compares.
NEWEST = "0004"


def bring_up_to_date(connection: Connection, path: Path, lock: FileLock) -> None:
    """Makes or migrates the tables, in one transaction. Raises DatabaseError for a file that is not ours to change."""
    with connection.begin():
        tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
        if not tables:
            metadata.create_all(connection)
            stamp(connection, NEWEST)
            return
        if "alembic_version" not in tables:
            raise DatabaseError(f"cannot use the database {path}: another program's tables are in it")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if revision != NEWEST:
            _migrate(connection, path, lock, revision)


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


def _migrate(connection: Connection, path: Path, lock: FileLock, revision: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = migrations()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseError(f"cannot use the database {path}: a newer version of tasktalk made it")
    if not lock.take():
        raise DatabaseError(
            f"the database {path} must be brought up to date, but another tasktalk is serving it: stop that first"
        )
    try:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    finally:
        lock.release()
