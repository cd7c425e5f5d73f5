"""Rules act by schedules, tasks are due by their priority, and steps pause before they are tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("organisation", sa.Column("timezone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False))
    op.add_column("organisation", sa.Column("sla", sa.JSON(none_as_null=True), nullable=True))
    for table, column in (("task", "is_due_by_sla"), ("deadline", "is_warning")):
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("schedule", sa.Column("automation_id", sa.String(length=40), nullable=True))
    op.create_index("ix_schedule_automation_id", "schedule", ["automation_id"], unique=False)
    op.add_column("workflow_step", sa.Column("pause_seconds", sa.Float(), server_default=sa.text("0"), nullable=False))
    op.add_column("workflow_step", sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_workflow_step_again",
        "workflow_step",
        ["again_at"],
        unique=False,
        sqlite_where=sa.text("again_at IS NOT NULL"),
        postgresql_where=sa.text("again_at IS NOT NULL"),
    )
