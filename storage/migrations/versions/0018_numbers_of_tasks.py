"""Tasks have numbers, in the order of their making."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_number",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_number_task_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_task_number")),
        sa.UniqueConstraint("task_id", name=op.f("uq_task_number_task_id")),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO task_number (task_id) SELECT id FROM task ORDER BY created_at, id")


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
