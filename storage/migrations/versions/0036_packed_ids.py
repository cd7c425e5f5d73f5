"""SQLite keeps the ids of talks and of programs in fewer bytes; messages outside of runs name no session any more."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tasktalk.storage.packed_ids import packed

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_IDS = {
    "program": ("id",),
    "contact": ("id", "person_id"),
    "profile": ("contact_id",),
    "link_code": ("contact_id",),
    "link_attempt": ("contact_id",),
    "conversation": ("id", "contact_id"),
    "conversation_tag": ("conversation_id",),
    "handover": ("conversation_id",),
    "session": ("id", "conversation_id", "program_id"),
    "message": ("id", "conversation_id", "session_id", "turn_id", "answer_to"),
    "message_file": ("message_id",),
    "timer": ("id", "session_id", "conversation_id"),
    "awaited": ("session_id", "conversation_id"),
    "step": ("conversation_id",),
    "schedule": ("conversation_id",),
    "run": ("conversation_id",),
    "run_start": ("program_id",),
    "suspect": ("input_id",),
    "task_message": ("id",),
}


def upgrade() -> None:
    op.execute(
        "UPDATE message SET session_id = NULL WHERE session_id IS NOT NULL AND status <> 'pending' AND NOT EXISTS "
        "(SELECT 1 FROM session WHERE session.id = message.session_id AND session.run_id IS NOT NULL)"
    )
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    raw: Any = connection.connection.driver_connection
    raw.create_function("packed", 1, _packed, deterministic=True)
    for name, columns in _IDS.items():
        table = sa.table(name, *map(sa.column, columns))
        op.execute(table.update().values({column: _in_fewer_bytes(table.c[column]) for column in columns}))
    raw.create_function("packed", 1, None)


def _in_fewer_bytes(column: sa.ColumnClause[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.packed(sa.cast(column, sa.LargeBinary)), column)


def _packed(stored: bytes | None) -> bytes | None:
    """None for what stays as it is, such as a damaged text: SQLite would not hand that over as one."""
    try:
        kept = packed((stored or b"").decode())
    except UnicodeDecodeError:
        return None
    return kept if isinstance(kept, bytes) else None


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
