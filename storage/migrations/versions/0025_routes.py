"""A conversation keeps what its channel needs to answer there."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("route", sa.JSON(none_as_null=True), nullable=True))
