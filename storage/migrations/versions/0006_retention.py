"""What is past is found by its age, and a program by what still needs it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column, name in (
        ("session", "ended_at", "ix_session_ended"),
        ("run", "ended_at", "ix_run_ended"),
        ("memory", "expires_at", "ix_memory_expires"),
    ):
        is_past = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=is_past, postgresql_where=is_past)
    op.create_index("ix_memory_owner", "memory", ["owner"])
    # Whoever removes a program has those looked for that refer to it.
    op.create_index(op.f("ix_session_program_id"), "session", ["program_id"])
    op.create_index(op.f("ix_run_start_program_id"), "run_start", ["program_id"])


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
