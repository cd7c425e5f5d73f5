"""What programs note of a task is its context, under whatever name an interface has for it."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PAGE = 1000
_MOST_CHARACTERS = 255
_TASK = sa.table(
    "task",
    sa.column("id", sa.String),
    sa.column("organisation_id", sa.String),
    sa.column("is_scheduled", sa.Boolean),
    sa.column("context", sa.JSON),
    sa.column("meta", sa.JSON(none_as_null=True)),
)
_RUN = sa.table("run", sa.column("id", sa.String), sa.column("last_task", sa.JSON(none_as_null=True)))
_TASK_META = sa.table(
    "task_meta", *(sa.column(name, sa.Text) for name in ("organisation_id", "key", "said", "task_id"))
)


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(_TASK_META.delete())
    for row in _rows(connection, _TASK, sa.or_(_TASK.c.meta.is_not(None), _TASK.c.is_scheduled)):
        context = {**(row.meta or {}), **row.context}
        if row.meta:
            connection.execute(_TASK.update().where(_TASK.c.id == row.id).values(context=context))
        if found := _found_by(row, context) if row.is_scheduled else []:
            connection.execute(_TASK_META.insert(), found)
    for row in _rows(connection, _RUN, _RUN.c.last_task.is_not(None)):
        kept = dict(row.last_task)
        kept["context"] = {**(kept.pop("meta", None) or {}), **kept["context"]}
        connection.execute(_RUN.update().where(_RUN.c.id == row.id).values(last_task=kept))
    op.drop_column("task", "meta")


def _rows(connection: sa.Connection, table: sa.TableClause, wanted: sa.ColumnElement[bool]) -> Iterator[sa.Row[Any]]:
    """Page by page, because there may be more than memory holds."""
    last = ""
    while rows := connection.execute(
        sa.select(table).where(table.c.id > last, wanted).order_by(table.c.id).limit(_PAGE)
    ).all():
        yield from rows
        last = rows[-1].id


def _found_by(row: sa.Row[Any], context: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"organisation_id": row.organisation_id, "task_id": row.id, "key": key, "said": text}
        for key, value in context.items()
        if (text := _said(value)) is not None and len(key) <= _MOST_CHARACTERS and len(text) <= _MOST_CHARACTERS
    ]


def _said(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return None if isinstance(value, dict | list) else json.dumps(value)


def downgrade() -> None:
    raise NotImplementedError("keep a copy of the database before an upgrade instead")
