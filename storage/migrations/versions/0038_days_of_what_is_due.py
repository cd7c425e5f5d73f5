"""Of the tasks that are due on each day it is kept when they were made and changed, by which lists of them begin."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_FILL = """
    INSERT INTO task_due_day (organisation_id, day, first_made_day, last_made_day, last_changed_day)
    SELECT organisation_id, {due}, CASE WHEN min({made}) < min({changed}) THEN min({made}) ELSE min({changed}) END,
    max({made}), max({changed}) FROM task WHERE due_at IS NOT NULL GROUP BY 1, 2
"""
_DAY = {
    "sqlite": "CAST(julianday(substr({}, 1, 10)) - 1721425.5 AS INTEGER)",
    "postgresql": "(CAST({} AT TIME ZONE 'UTC' AS DATE) - DATE '0001-01-01')",
}


def upgrade() -> None:
    op.create_table(
        "task_due_day",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("first_made_day", sa.Integer(), nullable=False),
        sa.Column("last_made_day", sa.Integer(), nullable=False),
        sa.Column("last_changed_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_due_day_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "day", name=op.f("pk_task_due_day")),
    )
    day = _DAY[op.get_bind().dialect.name].format
    days = {"due": day("due_at"), "made": day("created_at"), "changed": day("updated_at")}
    op.execute(sa.text(_FILL.format(**days)))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
