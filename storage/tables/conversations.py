"""Who talks to whom, what was said, and the scripts that talk."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tasktalk.storage.tables.columns import Id, Json, Moment, id_column, metadata, packed_id_column

program = Table(
    "program",
    metadata,
    packed_id_column(64),  # half of the hash of the source; older databases had the whole
    Column("bot", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    packed_id_column(),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text),
    Column("created_at", Moment, nullable=False),
    Column("second_address", Text),  # under which the channel knows them, too: at most one contact of it has one
    Column("opted_out_at", Moment),  # since then nothing that bots say goes out to them
    # Of those who are linked: the contact under which what is known of all of them stands, which has its own id here.
    Column("person_id", Id(40)),
    Column("version", Integer, nullable=False, server_default=text("0")),  # of the one before
    UniqueConstraint("address", "channel"),
    Index(
        "ix_contact_second_address",
        "second_address",
        sqlite_where=text("second_address IS NOT NULL"),
        postgresql_where=text("second_address IS NOT NULL"),
    ),
    Index(
        "ix_contact_person",
        "person_id",
        sqlite_where=text("person_id IS NOT NULL"),
        postgresql_where=text("person_id IS NOT NULL"),
    ),
)

link_code = Table(  # by which a contact proves in another channel that both are one person; the id is its hash
    "link_code",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("bot", Text, nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
)

link_attempt = Table(  # how many codes a contact has tried in the hour that began then
    "link_attempt",
    metadata,
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("begun_at", Moment, nullable=False),
)

profile = Table(  # what scripts have noted of a contact
    "profile",
    metadata,
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
    Column("name", Text),
    Column("email", Text),
    Column("language", String(16)),
    Column("version", Integer, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    packed_id_column(),
    Column("bot", Text, nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("bucket", Integer, nullable=False, server_default=text("0")),  # the lease under which its turns are taken
    Column("route", Json),  # what the channel needs to answer there, beside the contact's address
    Column("organisation_id", String(40), nullable=False, server_default=text("'default'")),  # for which the bot acts
    UniqueConstraint("bot", "contact_id"),
    Index(  # those of calls, which are removed again
        "ix_conversation_call",
        "created_at",
        sqlite_where=text("channel = 'call'"),
        postgresql_where=text("channel = 'call'"),
    ),
)

handover = Table(  # a conversation that is with a person: the bot is silent in it
    "handover",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("reason", Text),
    Column("since", Moment, nullable=False),
)

session = Table(
    "session",
    metadata,
    packed_id_column(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("run_id", String(40)),
    Column("program_id", ForeignKey("program.id"), nullable=False, index=True),
    Column("status", String(16), nullable=False),  # waiting, ended, failed
    Column("waits_for", String(16)),  # message, time, task
    Column("wait_keyword", Text),  # the phrase of the keyword that waits
    Column("wait_request", Json),  # what that keyword noted of its wait
    Column("state", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("error", Json),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_session_conversation", "conversation_id", "status"),
    Index(  # those that wait, in a few bytes each: most are of no run
        "ix_session_waiting",
        "run_id",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index(
        "ix_session_ended",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
)

message = Table(
    "message",
    metadata,
    packed_id_column(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("session_id", Id(40)),  # of a run, that said or heard it; in, pending: the only one that may hear it
    Column("turn_id", Id(40)),  # out: which said it, until it has gone out
    Column("sequence", Integer, nullable=False),  # 1, 2, 3 … within the conversation, both directions
    Column("direction", String(3), nullable=False),  # in, out
    Column("text", Text, nullable=False),
    Column("detail", Json),  # suggestions, files
    Column("provider_id", Text),
    # in: pending, heard, unheard, parked; out: pending, delivered, dead, withheld
    Column("status", String(16), nullable=False),
    Column("answers", Integer),  # out: the number of the inbound message whose HTTP answer carried it
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", Moment),
    Column("error", Text),  # out: why the latest attempt to deliver it failed
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "sequence"),
    Index(
        "uq_message_provider_id",
        "conversation_id",
        "provider_id",
        unique=True,
        sqlite_where=text("provider_id IS NOT NULL"),
        postgresql_where=text("provider_id IS NOT NULL"),
    ),
    Index(  # most answers stand right behind what they answer, and are found by that
        "ix_message_answers",
        "conversation_id",
        "answers",
        sqlite_where=text("answers <> sequence - 1"),
        postgresql_where=text("answers <> sequence - 1"),
    ),
    Index(
        "ix_message_pending",
        "direction",
        "conversation_id",
        "sequence",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(  # what goes on only when a person says so
        "ix_message_stuck",
        "status",
        "id",
        sqlite_where=text("status IN ('dead', 'parked', 'withheld')"),
        postgresql_where=text("status IN ('dead', 'parked', 'withheld')"),
    ),
)

timer = Table(
    "timer",
    metadata,
    packed_id_column(),
    Column("session_id", ForeignKey("session.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    # Then the session has waited for a message for too long, and ends.
    Column("is_expiry", Boolean, nullable=False, server_default=text("false")),
    Index("ix_timer_conversation", "conversation_id", "due_at"),
)

awaited = Table(  # a session that waits for the end of a task
    "awaited",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("task_id", String(40), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
)

memory = Table(
    "memory",
    metadata,
    id_column(),
    Column("bot", Text, nullable=False),
    Column("owner", String(40), nullable=False),  # the contact that it is about; empty for the bot's own
    Column("key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),  # as `interpreter.state` writes a value
    Column("expires_at", Moment),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("bot", "owner", "key"),
    Index("ix_memory_owner", "owner"),
    Index(
        "ix_memory_expires",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)
