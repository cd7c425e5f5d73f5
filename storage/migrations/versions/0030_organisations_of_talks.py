"""A talk belongs to an organisation, and a task knows the talk in which a script made it, whatever its context says."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_PAGE = 1000
_DEFAULT = "default"
_ID_CHARACTERS = 26
_TASK = sa.table(
    "task",
    *(sa.column(name, sa.String) for name in ("id", "organisation_id", "created_by")),
    sa.column("context", sa.JSON),
    sa.column("origin", sa.JSON(none_as_null=True)),
)
_CONVERSATION = sa.table(
    "conversation", *(sa.column(name, sa.String) for name in ("id", "organisation_id", "bot", "channel", "contact_id"))
)
_AUTOMATION = sa.table("automation", *(sa.column(name, sa.String) for name in ("id", "organisation_id")))
_CONTACT = sa.table("contact", *(sa.column(name, sa.String) for name in ("id", "address")))


def upgrade() -> None:
    op.add_column(
        "conversation", sa.Column("organisation_id", sa.String(40), nullable=False, server_default=sa.text("'default'"))
    )
    op.add_column("task", sa.Column("origin", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("task", sa.Column("is_once", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    connection = op.get_bind()
    _give_talks_to_organisations(connection)
    for rows in _pages(connection, sa.select(_TASK).where(_TASK.c.organisation_id == _DEFAULT), _TASK.c.id):
        told = {row.id: origin for row in rows if (origin := _told(row.context)) is not None}
        talks = {talk.id: talk for talk in _talks(connection, [origin["conversation_id"] for origin in told.values()])}
        for row in rows:
            origin = told.get(row.id)
            if origin is not None and _is_true(origin, row, talks.get(origin["conversation_id"])):
                connection.execute(_TASK.update().where(_TASK.c.id == row.id).values(origin=origin))


def _give_talks_to_organisations(connection: sa.Connection) -> None:
    """Those of tasks are their tasks', those of rules their rules'; all others are of the one that bots talk for."""
    of_something = (
        sa.select(_CONVERSATION.c.id, _CONTACT.c.address)
        .join(_CONTACT, _CONTACT.c.id == _CONVERSATION.c.contact_id)
        .where(_CONVERSATION.c.channel.in_(["task", "event"]))
    )
    for rows in _pages(connection, of_something, _CONVERSATION.c.id):
        of = {row.id: _whose(row.address) for row in rows}
        owners = {}
        for table in (_TASK, _AUTOMATION):
            wanted = sa.select(table.c.id, table.c.organisation_id).where(table.c.id.in_(set(of.values())))
            owners |= {row.id: row.organisation_id for row in connection.execute(wanted)}
        for talk_id, subject_id in of.items():
            if owners.get(subject_id, _DEFAULT) != _DEFAULT:
                change = _CONVERSATION.update().where(_CONVERSATION.c.id == talk_id)
                connection.execute(change.values(organisation_id=owners[subject_id]))


def _whose(address: str) -> str:
    """The id of the task or the rule for which a script runs there."""
    return address if address.startswith("aut_") else address.removeprefix("tsk_")[:_ID_CHARACTERS]


def _pages(connection: sa.Connection, query: sa.Select[Any], key: sa.ColumnElement[str]) -> Iterator[Sequence[Any]]:
    """Page by page, because there may be more than memory holds."""
    last = ""
    while rows := connection.execute(query.where(key > last).order_by(key).limit(_PAGE)).all():
        yield rows
        last = rows[-1].id


def _talks(connection: sa.Connection, ids: Sequence[str]) -> Sequence[Any]:
    query = (
        sa.select(_CONVERSATION.c.id, _CONVERSATION.c.bot, _CONTACT.c.address)
        .join(_CONTACT, _CONTACT.c.id == _CONVERSATION.c.contact_id)
        .where(_CONVERSATION.c.id.in_(ids))
    )
    return connection.execute(query).all()


def _told(context: Any) -> dict[str, str] | None:
    found = {name: context.get(name) for name in ("conversation_id", "bot_id")}
    return found if all(isinstance(value, str) for value in found.values()) else None


def _is_true(origin: dict[str, str], task: Any, talk: Any) -> bool:
    """Programs could say the same of their tasks: but who made it tells whether a script did so, or a rule."""
    if talk is None or talk.bot != origin["bot_id"]:
        return False
    return task.created_by in (talk.address, talk.bot) or task.created_by.startswith("aut_")


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
