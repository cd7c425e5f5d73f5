"""Who may come in."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    text,
)

from tasktalk.storage.tables.columns import Json, Moment, id_column, metadata

organisation = Table(
    "organisation",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    # Whether tasks can be assigned to its users alone.
    Column("has_directory", Boolean, nullable=False, server_default=text("false")),
    Column("runs_a_day", Integer),  # how many runs its tasks may have in a day; null: as many as they like
    Column("created_at", Moment, nullable=False),
)

user = Table(
    "user",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("role", String(8), nullable=False, server_default=text("'member'")),  # owner, member, agent, viewer
    Column("is_disabled", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Moment, nullable=False),
)

token = Table(
    "token",
    metadata,
    id_column(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scopes", Json, nullable=False),  # "tasks:read", "tasks:write"
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),  # to the hour
)
