"""Lists of tasks with a tag, or in a pipeline, walk an index in their order; a tag's newest are the table itself."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_KEY = ("organisation_id", "tag", "created_at", "task_id")
_HELD = ("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at")
_FILL = "INSERT INTO task_tag ({columns}) SELECT {columns} FROM earlier_task_tag ORDER BY {key}"
_STAGES = """
    UPDATE task_stage
    SET status = (SELECT status FROM task WHERE task.id = task_stage.id),
        is_scheduled = (SELECT is_scheduled FROM task WHERE task.id = task_stage.id)
"""


def upgrade() -> None:
    _tags()
    _stages()


def _tags() -> None:
    op.rename_table("task_tag", "earlier_task_tag")
    if op.get_bind().dialect.name == "postgresql":  # where there is one such name
        op.drop_constraint("pk_task_tag", "earlier_task_tag")
    op.create_table(
        "task_tag",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_task_tag")),
        sqlite_with_rowid=False,
    )
    op.execute(_FILL.format(columns=", ".join((*_KEY, *_HELD)), key=", ".join(_KEY)))
    op.drop_table("earlier_task_tag")
    for name in ("due_at", "updated_at", "priority"):
        order = ("organisation_id", "tag", name, "created_at", "task_id")
        op.create_index(
            f"ix_task_tag_{name.removesuffix('_at')}", "task_tag", list(dict.fromkeys((*order, *_HELD))), unique=False
        )


def _stages() -> None:
    is_pending, is_false = sa.text("'pending'"), sa.text("false")
    op.add_column("task_stage", sa.Column("status", sa.String(16), nullable=False, server_default=is_pending))
    op.add_column("task_stage", sa.Column("is_scheduled", sa.Boolean(), nullable=False, server_default=is_false))
    op.execute(_STAGES)
    op.drop_index("ix_task_stage_stage_id", "task_stage")
    op.drop_index("ix_task_stage_pipeline", "task_stage")
    held = ["status", "is_scheduled"]
    op.create_index("ix_task_stage_pipeline", "task_stage", ["pipeline_id", "id", *held], unique=False)
    op.create_index("ix_task_stage_stage", "task_stage", ["stage_id", "id", "pipeline_id", *held], unique=False)


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
