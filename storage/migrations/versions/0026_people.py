"""Contacts may be opted out of what bots say, and be one person over several channels."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("contact", sa.Column("opted_out_at", _MOMENT, nullable=True))
    op.add_column("contact", sa.Column("person_id", sa.String(40), nullable=True))
    op.add_column("contact", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("0")))
    is_linked = sa.text("person_id IS NOT NULL")
    op.create_index("ix_contact_person", "contact", ["person_id"], sqlite_where=is_linked, postgresql_where=is_linked)
    op.create_table(
        "link_code",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_link_code_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
    )
    op.create_index(op.f("ix_link_code_contact_id"), "link_code", ["contact_id"])
    op.create_table(
        "link_attempt",
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_link_attempt_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_link_attempt")),
    )
    op.drop_index("ix_message_stuck", "message")
    is_stuck = sa.text("status IN ('dead', 'parked', 'withheld')")
    op.create_index("ix_message_stuck", "message", ["status", "id"], sqlite_where=is_stuck, postgresql_where=is_stuck)
