"""How many tasks are due in each four weeks is kept by when they were made and changed: far pages begin at one."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_KEY = ("organisation_id", "due_period", "period", "is_scheduled", "status", "priority")
_COUNTED = {"created_at": "count(*) AS created, 0 AS updated", "updated_at": "0, count(*)"}
_GROUPED = """
    SELECT organisation_id, {due} AS due_period, {period} AS period, is_scheduled, status, priority, {numbers}
    FROM task WHERE due_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
"""
_FILL = """
    INSERT INTO task_due_count ({key}, count, updated_count)
    SELECT {key}, sum(created), sum(updated) FROM ({grouped}) AS counted GROUP BY {key}
"""
_PERIOD = {  # days since the year 1, of which 28 are a period
    "sqlite": "CAST(julianday(substr({}, 1, 10)) - 1721425.5 AS INTEGER) / 28",
    "postgresql": "(CAST({} AT TIME ZONE 'UTC' AS DATE) - DATE '0001-01-01') / 28",
}


def upgrade() -> None:
    op.create_table(
        "task_due_count",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("due_period", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_due_count_organisation_id")
        ),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_task_due_count")),
    )
    period = _PERIOD[op.get_bind().dialect.name].format
    grouped = [
        _GROUPED.format(due=period("due_at"), period=period(moment), numbers=numbers)
        for moment, numbers in _COUNTED.items()
    ]
    op.execute(sa.text(_FILL.format(key=", ".join(_KEY), grouped=" UNION ALL ".join(grouped))))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
