"""A contact on the web is known by what follows from the page's secret, and no longer by the secret itself, which
everybody saw who sees conversations."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_PAGE = 1000
_CONTACT = sa.table("contact", *(sa.column(name, sa.String) for name in ("id", "channel", "address")))


def upgrade() -> None:
    connection = op.get_bind()
    query = sa.select(_CONTACT).where(_CONTACT.c.channel == "web").order_by(_CONTACT.c.id).limit(_PAGE)
    last = ""
    while rows := connection.execute(query.where(_CONTACT.c.id > last)).all():
        last = rows[-1].id
        for row in rows:
            contact = hashlib.sha256(f"web {row.address}".encode()).hexdigest()[:32]
            connection.execute(_CONTACT.update().where(_CONTACT.c.id == row.id).values(address=contact))


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
