"""Every table and index. Times are aware UTC; ids are texts that the application makes."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time on every database; SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_json = JSON(none_as_null=True)


def _id() -> Column[str]:
    return Column("id", String(40), primary_key=True)


organisation = Table(
    "organisation", metadata, _id(), Column("name", Text, nullable=False), Column("created_at", Moment, nullable=False)
)

user = Table(
    "user",
    metadata,
    _id(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("created_at", Moment, nullable=False),
)

token = Table(
    "token",
    metadata,
    _id(),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", _json, nullable=False),  # "tasks:read", "tasks:write"
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
)

program = Table(
    "program",
    metadata,
    Column("id", String(64), primary_key=True),  # the hash of the source
    Column("bot", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False, index=True),
    Column("name", Text),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "address"),
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    Column("bot", Text, nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("bucket", Integer, nullable=False, server_default=text("0")),  # the lease under which its turns are taken
    UniqueConstraint("bot", "contact_id"),
    Index(  # those of calls, which are removed again
        "ix_conversation_call",
        "created_at",
        sqlite_where=text("channel = 'call'"),
        postgresql_where=text("channel = 'call'"),
    ),
)

session = Table(
    "session",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("run_id", String(40)),
    Column("program_id", ForeignKey("program.id"), nullable=False, index=True),
    Column("status", String(16), nullable=False),  # waiting, ended, failed
    Column("waits_for", String(16)),  # message, time, task
    Column("wait_keyword", Text),  # the phrase of the keyword that waits
    Column("wait_request", _json),  # what that keyword noted of its wait
    Column("state", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("error", _json),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(
        "ix_session_open",
        "conversation_id",
        "started_at",
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
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("session_id", String(40)),
    Column("turn_id", String(40)),
    Column("sequence", Integer, nullable=False),  # 1, 2, 3 … within the conversation, both directions
    Column("direction", String(3), nullable=False),  # in, out
    Column("text", Text, nullable=False),
    Column("detail", _json),  # suggestions, files
    Column("provider_id", Text),
    # in: pending, heard, unheard, parked; out: pending, delivered, dead
    Column("status", String(16), nullable=False),
    Column("answer_to", String(40)),  # out: the inbound message whose HTTP answer carried it
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
    Index(
        "ix_message_answer",
        "answer_to",
        sqlite_where=text("answer_to IS NOT NULL"),
        postgresql_where=text("answer_to IS NOT NULL"),
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
        sqlite_where=text("status IN ('dead', 'parked')"),
        postgresql_where=text("status IN ('dead', 'parked')"),
    ),
)

timer = Table(
    "timer",
    metadata,
    _id(),
    Column("session_id", ForeignKey("session.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    # Then the session has waited for a message for too long, and ends.
    Column("is_expiry", Boolean, nullable=False, server_default=text("false")),
    Index("ix_timer_conversation", "conversation_id", "due_at"),
)

memory = Table(
    "memory",
    metadata,
    _id(),
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

task = Table(
    "task",
    metadata,
    _id(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("assignee", Text),
    Column("due_at", Moment),
    Column("progress", Integer, nullable=False),
    Column("time_spent_minutes", Float, nullable=False),
    Column("tags", _json, nullable=False),  # in their order; task_tag has them for searching
    Column("context", _json, nullable=False),
    Column("resolution", Text),
    Column("outcomes", _json),
    Column("bot", Text),
    Column("created_by", Text, nullable=False),
    Column("completed_by", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("version", Integer, nullable=False),
    Index("ix_task_status", "organisation_id", "status", "created_at", "id"),
    Index("ix_task_created", "organisation_id", "created_at", "id"),
    Index("ix_task_assignee", "organisation_id", "assignee", "status", "created_at", "id"),
    Index(
        "ix_task_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")
    ),
)

task_tag = Table(
    "task_tag",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("task_id", ForeignKey("task.id"), primary_key=True, index=True),
)

event = Table(
    "event",
    metadata,
    _id(),
    Column("organisation_id", String(40)),
    Column("subject", String(16), nullable=False),  # task, session, run …
    Column("subject_id", String(40), nullable=False),
    Column("kind", Text, nullable=False),  # task_created, task_updated, task_completed, turn_failed …
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),  # the dialect, script or schedule through which it came
    Column("changes", _json, nullable=False),  # field -> [before, after]
    Column("created_at", Moment, nullable=False),
    # In the order of the commits, which that of the ids is not: an id is made when its unit of work begins.
    Column(
        "sequence",
        Integer,
        nullable=False,
        index=True,
        default=text("(SELECT coalesce(max(sequence), 0) + 1 FROM event)"),
    ),
    Index("ix_event_subject", "subject", "subject_id", "sequence"),
)

pending_event = Table(  # an event that the handlers of scripts have not been started for
    "pending_event",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("depth", Integer, nullable=False),  # how many handlers, one because of the other, led to it
)

deadline = Table(  # a task that is open and not yet found to be overdue
    "deadline",
    metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
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

awaited = Table(  # a session that waits for the end of a task
    "awaited",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("task_id", String(40), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
)

handover = Table(  # a conversation that is with a person: the bot is silent in it
    "handover",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("reason", Text),
    Column("since", Moment, nullable=False),
)

schedule = Table(
    "schedule",
    metadata,
    _id(),
    Column("organisation_id", String(40)),
    Column("task_id", ForeignKey("task.id"), index=True),  # a scheduled task, or
    Column("conversation_id", ForeignKey("conversation.id"), index=True),  # a schedule that a talk made, or
    Column("bot", Text, nullable=False),  # a script's own schedule: bot and script alone
    Column("script", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("arguments", _json, nullable=False),
    Column("next_run_at", Moment),
    Column("is_declared", Boolean, nullable=False),  # by SET SCHEDULE at a script's top level: it follows the script
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(
        "ix_schedule_next",
        "next_run_at",
        sqlite_where=text("next_run_at IS NOT NULL"),
        postgresql_where=text("next_run_at IS NOT NULL"),
    ),
)

run = Table(
    "run",
    metadata,
    _id(),
    Column("schedule_id", String(40)),
    Column("task_id", String(40)),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("bot", Text, nullable=False),
    Column("script", Text, nullable=False),
    Column("arguments", _json, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),  # queued, held, running, completed, failed
    Column("result", _json),
    Column("error", _json),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    UniqueConstraint("schedule_id", "planned_at"),
    Index("ix_run_task", "task_id", "planned_at"),
    Index("ix_run_conversation", "conversation_id", "created_at"),
    Index(
        "ix_run_queued",
        "conversation_id",
        "created_at",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index(
        "ix_run_ended",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
)

run_start = Table(  # of a run that begins elsewhere than in the first line of its script
    "run_start",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("program_id", ForeignKey("program.id"), nullable=False, index=True),
    Column("handler", String(40), nullable=False),
    Column("depth", Integer, nullable=False),  # of the event that it is for, and one more
)

process = Table(  # one that drives conversations, of several that share the database
    "process",
    metadata,
    _id(),
    Column("seen_at", Moment, nullable=False),
)

suspect = Table(  # an input whose turn has begun in a process that took over what another one left
    "suspect",
    metadata,
    Column("input_id", String(40), primary_key=True),  # of a message, a timer or a run
    Column("attempts", Integer, nullable=False),
    Column("noted_at", Moment, nullable=False),
)

lease = Table(  # which process takes the turns of a bucket of conversations
    "lease",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("process_id", String(40)),
    Column("epoch", Integer, nullable=False),  # grows each time it changes hands: a former holder's writes are refused
)

step = Table(  # a call to the outside from a turn: the row is there before the call is made
    "step",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("input", String(80), nullable=False),  # what the turn took: the same when the turn is taken again
    Column("ordinal", Integer, nullable=False),  # which one of the turn's steps, from 1
    Column("turn_id", String(40), nullable=False),  # the latest turn that made it or read it
    Column("kind", String(16), nullable=False),
    Column("digest", String(64), nullable=False),  # of what was asked, which may be secret and is not kept
    Column("key", String(40), nullable=False),  # by which the other side knows the same call again
    Column("status", String(16), nullable=False),  # begun, done, refused
    Column("result", _json),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_step_input", "conversation_id", "input"),
    Index("ix_step_begun_at", "begun_at"),
)
