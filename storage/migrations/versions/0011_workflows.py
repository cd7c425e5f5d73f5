"""Tasks wait for other tasks, and workflows are made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_dependency",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("depends_on", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_dependency_task_id")),
        sa.ForeignKeyConstraint(["depends_on"], ["task.id"], name=op.f("fk_task_dependency_depends_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_dependency")),
        sa.UniqueConstraint("task_id", "depends_on", name=op.f("uq_task_dependency_task_id_depends_on")),
    )
    op.create_index("ix_task_dependency_depends_on", "task_dependency", ["depends_on"], unique=False)
    op.create_table(
        "workflow",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_workflow_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow")),
    )
    op.create_index("ix_workflow_created", "workflow", ["organisation_id", "created_at", "id"], unique=False)
    op.create_table(
        "workflow_step",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duration_hours", sa.Float(), nullable=True),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("on_error", sa.String(length=40), nullable=True),
        sa.Column("script", sa.Text(), nullable=True),
        sa.Column("run_id", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_workflow_step_id")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_workflow_step_workflow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_step")),
    )
    op.create_index("ix_workflow_step_place", "workflow_step", ["workflow_id", "place"], unique=False)
    op.create_index("ix_workflow_step_run_id", "workflow_step", ["run_id"], unique=False)
