"""Who may come in."""

from sqlalchemy import (
    Column,
    ForeignKey,
    String,
    Table,
    Text,
)

from tasktalk.storage.tables.columns import Json, Moment, id_column, metadata

organisation = Table(
    "organisation",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

user = Table(
    "user",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("created_at", Moment, nullable=False),
)

token = Table(
    "token",
    metadata,
    id_column(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Json, nullable=False),  # "tasks:read", "tasks:write"
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
)
