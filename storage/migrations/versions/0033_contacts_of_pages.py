"""A contact on the web is known by what follows from the page's secret, and no longer by the secret itself, which
everybody saw who sees conversations, or tasks, events and workflows that the contact has to do with.

What people and scripts wrote as text stays as it is.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_PAGE = 1000
_FORM = "[A-Za-z0-9_-]{20,80}"  # of a page's secret: a contact with another address is of no page
_VALUE = re.compile(f'(?<=")(?:web:)?{_FORM}(?=")')  # in JSON; in a text a quotation mark has a backslash before it
_CONTACT = sa.table("contact", *(sa.column(name, sa.String) for name in ("id", "channel", "address")))
_RENAMED = sa.table("renamed", sa.column("old", sa.String), sa.column("new", sa.String))
_USERS = {
    "task": ("created_by", "assignee", "completed_by"),
    "task_tag": ("assignee",),
    "task_meta": ("said",),
    "event": ("actor",),
    "comment": ("author",),
    "attachment": ("uploaded_by",),
    "task_message": ("author",),
    "template": ("created_by",),
    "workflow": ("created_by",),
    "automation": ("created_by",),
    "conversation_tag": ("created_by",),
    "webhook": ("created_by",),
    "watcher": ("user_id",),
    "notification": ("recipient",),
    "notification_setting": ("id",),
}
_JSON = {
    "task": ("context", "outcomes"),
    "event": ("changes",),
    "run": ("arguments", "result", "error", "last_task"),
    "schedule": ("arguments",),
    "comment": ("mentions",),
    "task_message": ("content",),
    "parcel": ("content",),
}


def upgrade() -> None:
    connection = op.get_bind()
    op.create_table(
        "renamed",
        sa.Column("old", sa.Text, primary_key=True),
        sa.Column("new", sa.Text, nullable=False),
        prefixes=["TEMPORARY"],
    )
    if _rename_contacts(connection):
        for name, columns in _USERS.items():
            for column in columns:
                _rename_users(connection, name, column)
        for name, columns in _JSON.items():
            _rename_in_json(connection, name, columns)
    op.drop_table("renamed")


def _rename_contacts(connection: sa.Connection) -> bool:
    """Notes what stood for each contact and what does now, so that each other table is gone through once."""
    are_there = False
    for rows in _pages(connection, sa.select(_CONTACT).where(_CONTACT.c.channel == "web"), _CONTACT.c.id):
        contacts = {
            row: hashlib.sha256(f"web {row.address}".encode()).hexdigest()[:32]
            for row in rows
            if re.fullmatch(_FORM, row.address)
        }
        if contacts:
            are_there = True
            names = [
                {"old": f"{prefix}{row.address}", "new": f"{prefix}{contact}"}
                for row, contact in contacts.items()
                for prefix in ("", "web:")
            ]
            connection.execute(_RENAMED.insert(), names)
            _update(connection, _CONTACT, "address", {row.id: contact for row, contact in contacts.items()})
    return are_there


def _rename_users(connection: sa.Connection, name: str, column: str) -> None:
    table = sa.table(name, sa.column(column, sa.String))
    user = table.c[column]
    new = sa.select(_RENAMED.c.new).where(_RENAMED.c.old == user).scalar_subquery()
    connection.execute(table.update().where(user.in_(sa.select(_RENAMED.c.old))).values({column: new}))


def _rename_in_json(connection: sa.Connection, name: str, columns: Sequence[str]) -> None:
    table = sa.table(name, sa.column("id", sa.String), *(sa.column(column, sa.JSON) for column in columns))
    texts = (sa.cast(table.c[column], sa.Text).label(column) for column in columns)
    for rows in _pages(connection, sa.select(table.c.id, *texts), table.c.id):
        for column in columns:
            told = {row.id: text for row in rows if (text := row._mapping[column])}
            renamed = _renamed(connection, {value for text in told.values() for value in _VALUE.findall(text)})
            after = {row_id: _VALUE.sub(partial(_new, renamed), text) for row_id, text in told.items()}
            changed = {row_id: json.loads(text) for row_id, text in after.items() if text != told[row_id]}
            _update(connection, table, column, changed)


def _update(connection: sa.Connection, table: sa.TableClause, column: str, values: Mapping[str, Any]) -> None:
    if values:
        change = table.update().where(table.c.id == sa.bindparam("of")).values({column: sa.bindparam("after")})
        connection.execute(change, [{"of": row_id, "after": value} for row_id, value in values.items()])


def _new(renamed: Mapping[str, str], value: "re.Match[str]") -> str:
    return renamed.get(value[0], value[0])


def _renamed(connection: sa.Connection, values: Iterable[str]) -> Mapping[str, str]:
    """Of values that may be secrets those that are, with what stands there from now on."""
    left, found = iter(values), {}
    while some := list(islice(left, _PAGE)):
        known = connection.execute(sa.select(_RENAMED).where(_RENAMED.c.old.in_(some)))
        found |= {row.old: row.new for row in known}
    return found


def _pages(connection: sa.Connection, query: sa.Select[Any], key: sa.ColumnElement[str]) -> Iterator[Sequence[Any]]:
    """Page by page, because there may be more than memory holds."""
    last = ""
    while rows := connection.execute(query.where(key > last).order_by(key).limit(_PAGE)).all():
        yield rows
        last = rows[-1].id


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
