"""How Alembic runs our migrations: on the connection that `schema.py` gives, in its transaction.

From Alembic's own command line (for a new revision) it takes the database of `sqlalchemy.url`.
"""

from alembic import context
from sqlalchemy import Connection, create_engine

from tasktalk.storage.tables import metadata


def run(connection: Connection) -> None:
    """Runs what is to be run on `connection`."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite://").begin() as opened:
        run(opened)
