"""Lists of tasks with a tag walk an index in their order, and how many have two tags is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MOST_PAIRED = 8
_HELD = ("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at")
_TAGS = """
    INSERT INTO task_tag (tag, task_id, {held})
    SELECT tag, task_id, {held}
    FROM earlier_task_tag JOIN task ON task.id = task_id
"""
_NUMBERS = "CREATE TABLE number_of_tags AS SELECT task_id, count(*) AS tags FROM task_tag GROUP BY task_id"
# By their characters' codes, as the application sorts them, whatever order the database has for texts.
_PAIRS = """
    INSERT INTO task_pair_count (organisation_id, tag, other, is_scheduled, status, priority, count)
    SELECT a.organisation_id, a.tag, b.tag, a.is_scheduled, a.status, a.priority, count(*)
    FROM number_of_tags JOIN task_tag AS a ON a.task_id = number_of_tags.task_id
    JOIN task_tag AS b ON b.task_id = a.task_id AND a.tag {by_code} < b.tag {by_code}
    WHERE tags BETWEEN 2 AND {most}
    GROUP BY a.organisation_id, a.tag, b.tag, a.is_scheduled, a.status, a.priority
"""
_CROWDED = """
    INSERT INTO task_pair_count (organisation_id, tag, other, is_scheduled, status, priority, count)
    SELECT organisation_id, tag, '', is_scheduled, status, priority, count(*)
    FROM number_of_tags JOIN task_tag ON task_tag.task_id = number_of_tags.task_id
    WHERE tags > {most}
    GROUP BY organisation_id, tag, is_scheduled, status, priority
"""


def upgrade() -> None:
    op.execute("CREATE TABLE earlier_task_tag AS SELECT tag, task_id FROM task_tag")
    op.drop_table("task_tag")
    op.create_table(
        "task_tag",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_state(),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_tag_task_id")),
        sa.PrimaryKeyConstraint("tag", "task_id", name=op.f("pk_task_tag")),
    )
    op.execute(_TAGS.format(held=", ".join(["organisation_id", "created_at", *_HELD])))
    op.drop_table("earlier_task_tag")
    op.create_index(op.f("ix_task_tag_task_id"), "task_tag", ["task_id"], unique=False)
    op.create_index(
        "ix_task_tag_created",
        "task_tag",
        ["organisation_id", "tag", "created_at", "task_id", *_HELD],
        unique=False,
    )
    op.create_table(
        "task_pair_count",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        *_state(),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_pair_count_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            *("organisation_id", "tag", "other", "is_scheduled", "status", "priority"), name=op.f("pk_task_pair_count")
        ),
    )
    by_code = 'COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else "COLLATE BINARY"
    op.execute(_NUMBERS)
    op.execute(_PAIRS.format(by_code=by_code, most=_MOST_PAIRED))
    op.execute(_CROWDED.format(most=_MOST_PAIRED))
    op.drop_table("number_of_tags")


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")


def _state() -> list[sa.Column[object]]:
    return [
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
    ]
