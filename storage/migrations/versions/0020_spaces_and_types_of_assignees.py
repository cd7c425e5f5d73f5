"""Tasks lie in spaces and are an agent's or a user's; a webhook has a form in which it is told."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("space_id", sa.Text(), nullable=True))
    op.add_column("task", sa.Column("assignee_type", sa.String(length=8), nullable=True))
    is_placed = sa.text("space_id IS NOT NULL")
    op.create_index(
        "ix_task_space_id",
        "task",
        [
            *("organisation_id", "space_id", "created_at", "id"),
            *("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at"),
        ],
        unique=False,
        sqlite_where=is_placed,
        postgresql_where=is_placed,
    )
    op.add_column("webhook", sa.Column("form", sa.String(length=16), server_default=sa.text("'plain'"), nullable=False))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
