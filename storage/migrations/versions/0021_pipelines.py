"""Tasks go through the stages of pipelines, and are found by the id that they have elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _numbered(table: str) -> list[sa.Column[int] | sa.Column[str] | sa.Constraint]:
    """What a table has whose rows are numbered in their organisations."""
    return [
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f(f"uq_{table}_organisation_id_number")),
    ]


def upgrade() -> None:
    op.add_column("task", sa.Column("external_id", sa.Text(), nullable=True))
    _index("ix_task_external_id", "task", ["organisation_id", "external_id", "id"], "external_id IS NOT NULL")
    op.create_table(
        "pipeline",
        *_numbered("pipeline"),
        sa.Column("first_stage_id", sa.String(length=40), nullable=True),
    )
    op.create_table(
        "pipeline_stage",
        *_numbered("pipeline_stage"),
        sa.Column("pipeline_id", sa.String(length=40), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("next_id", sa.String(length=40), nullable=True),
        sa.Column("failed_next_id", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("pause_seconds", sa.Float(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=True),
        sa.Column("script", sa.Text(), nullable=True),
        _foreign("pipeline_stage", "pipeline_id", "pipeline"),
    )
    op.create_index("ix_pipeline_stage_place", "pipeline_stage", ["pipeline_id", "place"], unique=False)
    op.create_table(
        "task_stage",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("pipeline_id", sa.String(length=40), nullable=False),
        sa.Column("stage_id", sa.String(length=40), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.String(length=40), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("task_stage", "id", "task"),
        _foreign("task_stage", "pipeline_id", "pipeline"),
        _foreign("task_stage", "stage_id", "pipeline_stage"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_stage")),
    )
    op.create_index(op.f("ix_task_stage_stage_id"), "task_stage", ["stage_id"], unique=False)
    op.create_index(op.f("ix_task_stage_run_id"), "task_stage", ["run_id"], unique=False)
    op.create_index("ix_task_stage_pipeline", "task_stage", ["pipeline_id", "stage_id", "id"], unique=False)
    _index("ix_task_stage_again", "task_stage", ["again_at"], "again_at IS NOT NULL")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
