"""Schedules say what becomes of times that were missed, of runs that overlap, and when they begin and end."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("misfire", sa.String(length=8), server_default=sa.text("'once'"), nullable=False),
        sa.Column("overlap", sa.String(length=8), server_default=sa.text("'queue'"), nullable=False),
        sa.Column("jitter_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=40), nullable=True),
    ):
        op.add_column("schedule", column)
    # Intervals have counted from the planned time before; these two words have meant the first of each month.
    op.execute("UPDATE schedule SET fires_at = next_run_at, anchored_at = next_run_at")
    op.execute("UPDATE schedule SET words = spec, spec = '0 0 1 * *' WHERE lower(spec) IN ('monthly', 'every month')")
    op.drop_index("ix_schedule_next", "schedule")
    op.create_index("ix_schedule_bot", "schedule", ["bot", "id"], unique=False)
    for table, name, column, condition in (
        ("schedule", "ix_schedule_fires", "fires_at", "fires_at IS NOT NULL"),
        ("schedule", "ix_schedule_held", "held_by", "held_by IS NOT NULL"),
        ("run", "ix_run_open", "schedule_id", "ended_at IS NULL AND schedule_id IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, [column], unique=False, sqlite_where=where, postgresql_where=where)
