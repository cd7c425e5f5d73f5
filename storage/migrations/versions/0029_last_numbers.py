"""Numbers of pipelines and stages are not given again when those are removed that had them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0025"
branch_labels = None
depends_on = None

_NUMBERS = """
    INSERT INTO last_number (id, organisation_id, version)
    SELECT organisation_id || '/{table}', organisation_id, max(number) FROM {table} GROUP BY organisation_id
"""


def upgrade() -> None:
    op.create_table(
        "last_number",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_last_number_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_last_number")),
    )
    for table in ("pipeline", "pipeline_stage"):
        op.execute(_NUMBERS.format(table=table))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
