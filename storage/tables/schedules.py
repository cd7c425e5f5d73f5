"""What runs by itself, and each time that it ran."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tasktalk.storage.tables.columns import Json, Moment, id_column, metadata

schedule = Table(
    "schedule",
    metadata,
    id_column(),
    Column("organisation_id", String(40)),
    Column("task_id", ForeignKey("task.id"), index=True),  # a scheduled task, or
    Column("conversation_id", ForeignKey("conversation.id"), index=True),  # a schedule that a talk made, or
    Column("automation_id", String(40), index=True),  # a rule's, which has no bot and no script, or
    Column("bot", Text, nullable=False),  # a script's own schedule: bot and script alone
    Column("script", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("arguments", Json, nullable=False),
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
    id_column(),
    Column("schedule_id", String(40)),
    Column("task_id", String(40)),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("bot", Text, nullable=False),
    Column("script", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),  # queued, held, running, completed, failed
    Column("result", Json),
    Column("error", Json),
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
    Column("handler", String(40), nullable=False),  # empty: the first line, and only the depth matters
    Column("depth", Integer, nullable=False),  # of the event that it is for, and one more
)
