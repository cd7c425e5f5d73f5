"""Tasks have messages, can be taken over by a person, and the one that was begun first is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_message_organisation_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_message_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_message")),
    )
    op.create_index("ix_task_message_task", "task_message", ["task_id", "created_at", "id"], unique=False)
    op.create_table(
        "takeover",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_takeover_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_takeover")),
    )
    is_begun = sa.text("status IN ('in_progress', 'waiting')")
    op.create_index(
        "ix_task_begun",
        "task",
        ["organisation_id", "started_at", "id"],
        unique=False,
        sqlite_where=is_begun,
        postgresql_where=is_begun,
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
