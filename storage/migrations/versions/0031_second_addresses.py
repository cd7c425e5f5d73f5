"""A contact may have a second address: on WhatsApp the number of a person who is known by Meta's id."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_PAGE = 1000
_CONTACT = sa.table("contact", *(sa.column(name, sa.String) for name in ("id", "channel", "address", "second_address")))
_CONVERSATION = sa.table(
    "conversation",
    *(sa.column(name, sa.String) for name in ("id", "contact_id")),
    sa.column("route", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    op.add_column("contact", sa.Column("second_address", sa.Text(), nullable=True))
    is_there = sa.text("second_address IS NOT NULL")
    op.create_index(
        "ix_contact_second_address", "contact", ["second_address"], sqlite_where=is_there, postgresql_where=is_there
    )
    connection = op.get_bind()
    query = sa.select(_CONVERSATION, _CONTACT.c.channel, _CONTACT.c.address).join(
        _CONTACT, _CONTACT.c.id == _CONVERSATION.c.contact_id
    )
    last = ""
    while rows := connection.execute(
        query.where(_CONVERSATION.c.route.is_not(None), _CONVERSATION.c.id > last)
        .order_by(_CONVERSATION.c.id)
        .limit(_PAGE)
    ).all():
        last = rows[-1].id
        for row in rows:
            phone = row.route.get("phone") if isinstance(row.route, dict) else None
            if isinstance(phone, str) and phone != row.address:
                _give(connection, row, phone)


def _give(connection: sa.Connection, row: Any, phone: str) -> None:
    """The number is theirs who have written from it last."""
    has_it = (_CONTACT.c.channel == row.channel) & (_CONTACT.c.second_address == phone)
    connection.execute(_CONTACT.update().where(has_it).values(second_address=None))
    connection.execute(_CONTACT.update().where(_CONTACT.c.id == row.contact_id).values(second_address=phone))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
