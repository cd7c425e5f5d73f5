"""Of the tasks with a tag, those with the same tags lie together: lists with several tags pass by all the others."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_COLUMNS = ("organisation_id", "tag", "all_tags", "due_at", "created_at", "task_id")
_HELD = ("status", "priority", "assignee", "is_scheduled", "updated_at")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_task_tag_text", "task_tag", [*_COLUMNS, *_HELD])


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
