"""How many tasks there are is kept for each four weeks, by which a page far from the ends of its list is found."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_KEY = ("organisation_id", "tag", "is_scheduled", "status", "priority", "period")
_COUNTS = ("count", "updated_count", "due_count", "undue_count")
_COUNTED = {
    "created_at": "count(*) AS created, 0 AS updated, 0 AS due, count(*) - count(due_at) AS undue",
    "updated_at": "0, count(*), 0, 0",
    "due_at": "0, 0, count(*), 0",
}
_GROUPED = """
    SELECT organisation_id, {tag} AS tag, is_scheduled, status, priority, {period} AS period, {numbers}
    FROM {table} WHERE {moment} IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
"""
_FILL = """
    INSERT INTO task_count ({columns})
    SELECT {key}, sum(created), sum(updated), sum(due), sum(undue) FROM ({grouped}) AS counted GROUP BY {key}
"""
_SECONDS = {
    # Without the fraction, which would be rounded, up into the next period.
    "sqlite": "CAST(strftime('%s', substr({moment}, 1, 19)) AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM {moment})) AS BIGINT)",
}
_PERIOD = "CAST(({seconds} + 62135596800) / 2419200 AS INTEGER)"  # since the year 1: nothing is below zero


def upgrade() -> None:
    op.drop_table("task_count")
    op.create_table(
        "task_count",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_count_organisation_id")),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_task_count")),
    )
    seconds = _SECONDS[op.get_bind().dialect.name]
    grouped = [
        _GROUPED.format(
            tag=tag,
            period=_PERIOD.format(seconds=seconds.format(moment=moment)),
            numbers=numbers,
            table=table,
            moment=moment,
        )
        for table, tag in (("task", "''"), ("task_tag", "tag"))
        for moment, numbers in _COUNTED.items()
    ]
    columns, key = ", ".join((*_KEY, *_COUNTS)), ", ".join(_KEY)
    op.execute(sa.text(_FILL.format(columns=columns, key=key, grouped=" UNION ALL ".join(grouped)).replace(":", "\\:")))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
