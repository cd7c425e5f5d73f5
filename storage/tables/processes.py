"""Who does the work, and what they have begun."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from tasktalk.storage.tables.columns import Id, Json, Moment, id_column, metadata

process = Table(  # one that drives conversations, of several that share the database
    "process",
    metadata,
    id_column(),
    Column("seen_at", Moment, nullable=False),
)

lease = Table(  # which process takes the turns of a bucket of conversations
    "lease",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("process_id", String(40)),
    Column("epoch", Integer, nullable=False),  # grows each time it changes hands: a former holder's writes are refused
)

suspect = Table(  # an input whose turn has begun in a process that took over what another one left
    "suspect",
    metadata,
    Column("input_id", Id(40), primary_key=True),  # of a message, a timer or a run
    Column("attempts", Integer, nullable=False),
    Column("noted_at", Moment, nullable=False),
)

signing_key = Table(  # by which the server knows again what it has signed
    "signing_key",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("key", Text, nullable=False),  # in hexadecimal digits
    Column("created_at", Moment, nullable=False),
)

step = Table(  # a call to the outside from a turn: the row is there before the call is made
    "step",
    metadata,
    id_column(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("input", String(80), nullable=False),  # what the turn took: the same when the turn is taken again
    Column("ordinal", Integer, nullable=False),  # which one of the turn's steps, from 1
    Column("turn_id", String(40), nullable=False),  # the latest turn that made it or read it
    Column("kind", String(16), nullable=False),
    Column("digest", String(64), nullable=False),  # of what was asked, which may be secret and is not kept
    Column("key", String(40), nullable=False),  # by which the other side knows the same call again
    Column("status", String(16), nullable=False),  # begun, done, refused
    Column("result", Json),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_step_input", "conversation_id", "input"),
    Index("ix_step_begun_at", "begun_at"),
)
