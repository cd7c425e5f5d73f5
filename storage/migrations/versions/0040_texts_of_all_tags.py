"""With each tag of a task there is a text of them all, so that none is looked up where a list asks for several."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_LONGEST = 250
_KEY = ("organisation_id", "tag", "created_at", "task_id")
_TEXT = ("tag_bits", "all_tags")
_HELD = ("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at")
_ORDERS = ("due_at", "updated_at", "priority")
_ON_ONE_LINE = r"replace(replace(tag, '\', '\\'), :line, '\n')"
_JOINED = {
    "sqlite": (f"group_concat({_ON_ONE_LINE}, :line)", "length(CAST(all_tags AS BLOB))"),
    "postgresql": (f"string_agg({_ON_ONE_LINE}, :line)", "octet_length(all_tags)"),
}
_TEXTS = """
    INSERT INTO tag_text (task_id, all_tags) SELECT task_id, all_tags FROM (
        SELECT task_id, :line || {joined} || :line AS all_tags FROM earlier_task_tag GROUP BY task_id
    ) AS joined WHERE {length} <= :longest
"""
_FILL = """
    INSERT INTO task_tag ({columns}) SELECT {found}
    FROM earlier_task_tag AS earlier LEFT JOIN tag_text ON tag_text.task_id = earlier.task_id ORDER BY {key}
"""


def upgrade() -> None:
    op.rename_table("task_tag", "earlier_task_tag")
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # where there is one such name
        op.drop_constraint("pk_task_tag", "earlier_task_tag")
    op.create_table(
        "task_tag",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("tag_bits", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("all_tags", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_task_tag")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tag_text",
        sa.Column("task_id", sa.String(length=40), primary_key=True),
        sa.Column("all_tags", sa.Text(), nullable=False),
    )
    joined, length = _JOINED[dialect]
    texts = sa.text(_TEXTS.format(joined=joined, length=length))
    op.execute(texts.bindparams(line="\n", longest=_LONGEST))
    columns = (*_KEY, *_TEXT, *_HELD)
    found = [f"tag_text.{name}" if name == "all_tags" else f"earlier.{name}" for name in columns]
    key = [f"earlier.{name}" for name in _KEY]
    op.execute(_FILL.format(columns=", ".join(columns), found=", ".join(found), key=", ".join(key)))
    op.drop_table("tag_text")
    op.drop_table("earlier_task_tag")
    for name in _ORDERS:
        order = ("organisation_id", "tag", name, "created_at", "task_id")
        op.create_index(
            f"ix_task_tag_{name.removesuffix('_at')}", "task_tag", list(dict.fromkeys((*order, *_TEXT, *_HELD)))
        )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
