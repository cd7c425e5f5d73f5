"""One index finds contacts by address, with or without the channel.

A message tells by its number what it answers: that one stands in the same conversation, mostly right before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_contact_address", "contact")
    with op.batch_alter_table("contact") as contact:
        contact.drop_constraint("uq_contact_channel_address", type_="unique")
        contact.create_unique_constraint("uq_contact_address_channel", ["address", "channel"])
    op.add_column("message", sa.Column("answers", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE message SET answers = (SELECT question.sequence FROM message AS question"
        " WHERE question.id = message.answer_to) WHERE answer_to IS NOT NULL"
    )
    op.drop_index("ix_message_answer", "message")
    op.drop_column("message", "answer_to")
    is_elsewhere = sa.text("answers <> sequence - 1")
    op.create_index(
        "ix_message_answers",
        "message",
        ["conversation_id", "answers"],
        unique=False,
        sqlite_where=is_elsewhere,
        postgresql_where=is_elsewhere,
    )


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
