"""Runs of tasks: why and when each began, whose line it stands in, and how it ended; what a task says of its runs."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True)
_MOMENT = sa.DateTime(timezone=True)

# A handler's run, and one that somebody asked for: until now only schedules were told from the rest.
_CAUSES = """
    UPDATE run SET cause = CASE
        WHEN EXISTS (SELECT 1 FROM run_start WHERE run_start.run_id = run.id AND handler <> '') THEN 'event'
        WHEN task_id IS NOT NULL THEN 'script' ELSE 'call' END
    WHERE schedule_id IS NULL
"""
_ORGANISATIONS = """
    UPDATE run SET organisation_id = (SELECT organisation_id FROM task WHERE task.id = run.task_id)
    WHERE task_id IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("organisation", sa.Column("runs_a_day", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("contact_id", sa.String(length=40), nullable=True))
    op.add_column("task", sa.Column("session_ms", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("meta", _JSON, nullable=True))
    op.add_column("task", sa.Column("retries", sa.Integer(), server_default=sa.text("0"), nullable=False))
    for name in ("bot", "contact_id"):
        _index(f"ix_task_{name}", "task", ["organisation_id", name, "id"], f"{name} IS NOT NULL")
    is_to_be_done = "status = 'pending' AND assignee IS NOT NULL"
    _index("ix_task_pickup", "task", ["assignee", "due_at", "priority", "created_at", "id"], is_to_be_done)

    for name in ("conversation_id", "task_id"):
        op.drop_index(f"ix_schedule_{name}", "schedule")
    op.drop_index("ix_schedule_next", "schedule")
    with op.batch_alter_table("schedule") as schedule:
        schedule.alter_column("bot", existing_type=sa.Text(), nullable=True)
    for name in ("conversation_id", "task_id"):
        op.create_index(f"ix_schedule_{name}", "schedule", [name], unique=False)
    _index("ix_schedule_next", "schedule", ["next_run_at"], "next_run_at IS NOT NULL")

    for name in ("task", "conversation", "queued", "ended"):
        op.drop_index(f"ix_run_{name}", "run")
    # SQLite makes the table anew, which nothing may refer to meanwhile.
    op.execute("CREATE TEMPORARY TABLE kept_start AS SELECT run_id, program_id, handler, depth FROM run_start")
    op.execute("DELETE FROM run_start")
    with op.batch_alter_table("run") as run:
        run.alter_column("conversation_id", existing_type=sa.String(length=40), nullable=True)
        run.alter_column("bot", existing_type=sa.Text(), nullable=True)
        run.add_column(sa.Column("organisation_id", sa.String(length=40), nullable=True))
        run.add_column(sa.Column("cause", sa.String(length=16), server_default=sa.text("'schedule'"), nullable=False))
        run.add_column(sa.Column("attempt", sa.Integer(), server_default=sa.text("1"), nullable=False))
        run.add_column(sa.Column("missed", sa.Integer(), server_default=sa.text("0"), nullable=False))
        run.add_column(sa.Column("begins_at", _MOMENT, nullable=True))
        run.add_column(sa.Column("line", sa.String(length=40), nullable=True))
        run.add_column(sa.Column("ends_by", _MOMENT, nullable=True))
        run.add_column(sa.Column("reason", sa.Text(), nullable=True))
        run.add_column(sa.Column("last_task", _JSON, nullable=True))
    op.execute(
        "INSERT INTO run_start (run_id, program_id, handler, depth)"
        " SELECT run_id, program_id, handler, depth FROM kept_start"
    )
    op.execute("DROP TABLE kept_start")
    op.execute(_CAUSES)
    op.execute(_ORGANISATIONS)
    op.create_index("ix_run_task", "run", ["task_id", "id"], unique=False)
    op.create_index("ix_run_organisation", "run", ["organisation_id", "created_at"], unique=False)
    op.create_index("ix_run_conversation", "run", ["conversation_id", "created_at"], unique=False)
    _index("ix_run_queued", "run", ["conversation_id", "begins_at", "created_at"], "status = 'queued'")
    _index("ix_run_begins", "run", ["begins_at"], "begins_at IS NOT NULL")
    _index("uq_run_line", "run", ["line"], "ended_at IS NULL", unique=True)
    _index("ix_run_ends_by", "run", ["ends_by"], "ended_at IS NULL AND ends_by IS NOT NULL")
    _index("ix_run_picked_up", "run", ["bot"], "ended_at IS NULL AND cause = 'pickup'")
    _index("ix_run_ended", "run", ["ended_at"], "ended_at IS NOT NULL")


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
