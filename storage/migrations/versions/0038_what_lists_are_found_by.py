"""What lists of tasks are found by: of the tasks due on each day, when they were made and changed; bits of all tags."""

from zlib import crc32

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
_ORDERS = ("due_at", "updated_at", "priority")
_HELD = ("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at", "tag_bits")
_BITS = """
    INSERT INTO task_bits (task_id, tag_bits) SELECT task_id, CAST(sum(DISTINCT bit) AS BIGINT)
    FROM task_tag JOIN tag_bit ON tag_bit.tag = task_tag.tag GROUP BY task_id
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
    _add_bits()


def _add_bits() -> None:
    bit = op.create_table(
        "tag_bit",
        sa.Column("tag", sa.Text(), primary_key=True),
        sa.Column("bit", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "task_bits",
        sa.Column("task_id", sa.String(length=40), primary_key=True),
        sa.Column("tag_bits", sa.BigInteger(), nullable=False),
    )
    tags = op.get_bind().execute(sa.text("SELECT DISTINCT tag FROM task_tag")).scalars().all()
    op.bulk_insert(bit, [{"tag": tag, "bit": 1 << crc32(tag.encode()) % 62} for tag in tags])
    op.execute(_BITS)
    op.add_column("task_tag", sa.Column("tag_bits", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    for name in _ORDERS:
        op.drop_index(f"ix_task_tag_{name.removesuffix('_at')}", "task_tag")
    op.execute(
        "UPDATE task_tag SET tag_bits = task_bits.tag_bits FROM task_bits WHERE task_bits.task_id = task_tag.task_id"
    )
    for name in _ORDERS:
        columns = dict.fromkeys(("organisation_id", "tag", name, "created_at", "task_id", *_HELD))
        op.create_index(f"ix_task_tag_{name.removesuffix('_at')}", "task_tag", list(columns))
    op.drop_table("task_bits")
    op.drop_table("tag_bit")


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
