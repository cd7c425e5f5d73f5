"""What is remembered of the requests of users."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from tasktalk.storage.tables.columns import Json, Moment, metadata

budget = Table(  # how often a user did one kind of thing since the window began
    "budget",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("begun_at", Moment, nullable=False, index=True),
)

kept_answer = Table(  # the answer to a request with an Idempotency-Key
    "kept_answer",
    metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),  # of what was asked
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
)
