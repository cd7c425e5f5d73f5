"""Events have a number in the order of their commits; the conversations of calls are found by age, and removed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_EVENT = "id, organisation_id, subject, subject_id, kind, actor, source, changes, created_at"


def upgrade() -> None:
    # SQLite cannot add such a column in its place, so both tables are made anew.
    op.execute("CREATE TABLE old_event AS SELECT * FROM event")
    op.execute("CREATE TABLE old_pending_event AS SELECT * FROM pending_event")
    op.drop_table("pending_event")
    op.drop_table("event")
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject", "subject_id", "sequence"])
    op.create_index(op.f("ix_event_sequence"), "event", ["sequence"])
    op.create_table(
        "pending_event",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_pending_event_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_pending_event")),
    )
    op.execute(
        f"INSERT INTO event ({_EVENT}, sequence)"  # noqa: S608 - nothing from outside
        f" SELECT {_EVENT}, row_number() OVER (ORDER BY id) FROM old_event"
    )
    op.execute("INSERT INTO pending_event (event_id, depth) SELECT event_id, depth FROM old_pending_event")
    op.drop_table("old_pending_event")
    op.drop_table("old_event")
    # Whoever removes a row has those looked for that refer to it.
    op.create_index(op.f("ix_conversation_contact_id"), "conversation", ["contact_id"])
    op.create_index(op.f("ix_session_conversation_id"), "session", ["conversation_id"])
    op.create_index(op.f("ix_schedule_conversation_id"), "schedule", ["conversation_id"])
    is_call = sa.text("channel = 'call'")
    op.create_index(
        "ix_conversation_call", "conversation", ["created_at"], sqlite_where=is_call, postgresql_where=is_call
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
