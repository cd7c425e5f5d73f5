"""What people can steer: why a delivery failed, sessions that expire, inputs under suspicion."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("error", sa.Text(), nullable=True))
    is_stuck = sa.text("status IN ('dead', 'parked')")
    op.create_index("ix_message_stuck", "message", ["status", "id"], sqlite_where=is_stuck, postgresql_where=is_stuck)
    op.add_column("timer", sa.Column("is_expiry", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "suspect",
        sa.Column("input_id", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("input_id", name=op.f("pk_suspect")),
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
