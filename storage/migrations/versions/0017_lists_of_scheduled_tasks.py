"""Scheduled tasks are listed by their making, by what their meta says and by whether a run of theirs is under way."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_meta",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_meta_task_id")),
        sa.PrimaryKeyConstraint("organisation_id", "key", "said", "task_id", name=op.f("pk_task_meta")),
    )
    op.create_index(op.f("ix_task_meta_task_id"), "task_meta", ["task_id"], unique=False)
    op.create_index(
        "ix_task_scheduled",
        "task",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("is_scheduled = 1"),
        postgresql_where=sa.text("is_scheduled"),
    )
    has_ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_run_last", "run", ["task_id", "ended_at"], unique=False, sqlite_where=has_ended, postgresql_where=has_ended
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_run_under_way", "run", ["task_id"], unique=False, sqlite_where=is_open, postgresql_where=is_open
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
