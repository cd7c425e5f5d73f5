"""Lists of tasks walk an index for each order, and how many there are of a kind is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COUNTED = """
    INSERT INTO task_count (organisation_id, tag, is_scheduled, status, priority, count)
    SELECT organisation_id, {tag}, is_scheduled, status, priority, count(*) FROM task {joined}
    GROUP BY organisation_id, {group}is_scheduled, status, priority
"""


def upgrade() -> None:
    op.add_column("task", sa.Column("is_scheduled", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(
        "UPDATE task SET is_scheduled = true WHERE id IN (SELECT task_id FROM schedule WHERE task_id IS NOT NULL)"
    )
    for name in ("status", "created", "assignee", "due"):
        op.drop_index(f"ix_task_{name}", "task")
    held = ["status", "priority", "assignee", "is_scheduled", "due_at", "updated_at"]
    for name, first in (
        ("created", []),
        ("updated", ["updated_at"]),
        ("due", ["due_at"]),
        ("priority", ["priority"]),
        ("status", ["status"]),
        ("assignee", ["assignee"]),
    ):
        columns = ["organisation_id", *first, "created_at", "id"]
        columns += [column for column in held if column not in columns]
        op.create_index(f"ix_task_{name}", "task", columns, unique=False)
    op.create_table(
        "task_count",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_count_organisation_id")),
        sa.PrimaryKeyConstraint(
            "organisation_id", "tag", "is_scheduled", "status", "priority", name=op.f("pk_task_count")
        ),
    )
    op.execute(_COUNTED.format(tag="''", joined="", group=""))
    op.execute(_COUNTED.format(tag="tag", joined="JOIN task_tag ON task_tag.task_id = task.id", group="tag, "))
