"""Numbers of pipelines and stages are not given again when those are removed that had them; and a task whose due date
comes from an SLA that is not its organisation's keeps that."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
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
    op.add_column("task", sa.Column("own_sla", sa.JSON(none_as_null=True), nullable=True))
    task = sa.table("task", sa.column("own_sla", sa.JSON), sa.column("is_due_by_sla"), sa.column("organisation_id"))
    organisation = sa.table("organisation", sa.column("id"), sa.column("sla", sa.JSON(none_as_null=True)))
    says_nothing = sa.select(organisation.c.id).where(sa.cast(organisation.c.sla, sa.Text).is_(None))
    op.execute(
        sa.update(task)
        .where(task.c.is_due_by_sla.is_(sa.true()), task.c.organisation_id.in_(says_nothing))
        .values(own_sla={"medium": 168.0, "high": 48.0, "urgent": "today"})
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
