"""Events that start handlers, dates by which tasks are due, what is noted of contacts, talks that are with a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pending_event",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_pending_event_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_pending_event")),
    )
    op.create_table(
        "deadline",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_deadline_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_deadline")),
    )
    op.create_index(op.f("ix_deadline_due_at"), "deadline", ["due_at"])
    op.create_table(
        "profile",
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_profile_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_profile")),
    )
    op.create_index(op.f("ix_contact_address"), "contact", ["address"])
    op.create_index("ix_run_conversation", "run", ["conversation_id", "created_at"])
    op.create_table(
        "awaited",
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_awaited_conversation_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_awaited_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_awaited")),
    )
    op.create_index(op.f("ix_awaited_task_id"), "awaited", ["task_id"])
    op.create_table(
        "handover",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_handover_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_handover")),
    )
    op.create_table(
        "run_start",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=False),
        sa.Column("handler", sa.String(length=40), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_run_start_program_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_start_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_start")),
    )
    # The tasks that were there before can become overdue like all others.
    op.execute(
        "INSERT INTO deadline (task_id, due_at) SELECT id, due_at FROM task"
        " WHERE due_at IS NOT NULL AND status NOT IN ('completed', 'failed', 'cancelled')"
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
