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
    Column("bot", Text),  # a script's own schedule: bot and script alone; null: a task that has no bot
    Column("script", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("words", Text),  # as its author wrote it, where the spec says it otherwise
    Column("timezone", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("misfire", String(8), nullable=False, server_default=text("'once'")),  # once, skip, all
    Column("overlap", String(8), nullable=False, server_default=text("'queue'")),  # queue, skip, cancel
    Column("jitter_seconds", Integer, nullable=False, server_default=text("0")),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("is_paused", Boolean, nullable=False, server_default=text("false")),
    Column("anchored_at", Moment),  # what intervals and months count from; null: when it was made
    Column("next_run_at", Moment),  # the first planned time that nothing has come of yet
    Column("fires_at", Moment),  # when something comes of it, jitter included; null while it is paused or held up
    Column("held_by", String(40)),  # the run before, which has to end first
    Column("is_declared", Boolean, nullable=False),  # by SET SCHEDULE at a script's top level: it follows the script
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_schedule_bot", "bot", "id"),
    Index(
        "ix_schedule_fires",
        "fires_at",
        sqlite_where=text("fires_at IS NOT NULL"),
        postgresql_where=text("fires_at IS NOT NULL"),
    ),
    Index(
        "ix_schedule_held",
        "held_by",
        sqlite_where=text("held_by IS NOT NULL"),
        postgresql_where=text("held_by IS NOT NULL"),
    ),
)

run = Table(
    "run",
    metadata,
    id_column(),
    Column("organisation_id", String(40)),
    Column("schedule_id", String(40)),
    Column("task_id", String(40)),
    Column("cause", String(16), nullable=False, server_default=text("'schedule'")),  # as in runtime/runs/rows.py
    Column("conversation_id", ForeignKey("conversation.id")),  # null: it has not been given one yet
    Column("bot", Text),  # null: the task has none
    Column("script", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("planned_at", Moment, nullable=False),
    # queued, held, running, completed, failed, timed_out, cancelled, skipped
    Column("status", String(16), nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("1")),
    Column("missed", Integer, nullable=False, server_default=text("0")),  # earlier due times that it stands for, too
    Column("begins_at", Moment),  # while it stands in its task's line: not before then
    Column("line", String(40)),  # the task of which no other run begins before this one has ended
    Column("ends_by", Moment),  # when its time is up
    Column("result", Json),
    Column("error", Json),
    Column("reason", Text),  # why it was skipped or ended otherwise than well, for people
    Column("last_task", Json),  # its task as it was, where that was deleted meanwhile
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    UniqueConstraint("schedule_id", "planned_at"),
    Index("ix_run_task", "task_id", "id"),
    Index("ix_run_organisation", "organisation_id", "created_at"),
    Index("ix_run_conversation", "conversation_id", "created_at"),
    Index(
        "ix_run_open",
        "schedule_id",
        sqlite_where=text("ended_at IS NULL AND schedule_id IS NOT NULL"),
        postgresql_where=text("ended_at IS NULL AND schedule_id IS NOT NULL"),
    ),
    Index(
        "ix_run_queued",
        "conversation_id",
        "begins_at",  # always null here: so this is taken before ix_run_conversation
        "created_at",
        sqlite_where=text("status = 'queued' AND begins_at IS NULL"),
        postgresql_where=text("status = 'queued' AND begins_at IS NULL"),
    ),
    Index(
        "ix_run_begins",
        "begins_at",
        sqlite_where=text("begins_at IS NOT NULL"),
        postgresql_where=text("begins_at IS NOT NULL"),
    ),
    Index(
        "uq_run_line",
        "line",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_run_ends_by",
        "ends_by",
        sqlite_where=text("ended_at IS NULL AND ends_by IS NOT NULL"),
        postgresql_where=text("ended_at IS NULL AND ends_by IS NOT NULL"),
    ),
    Index(
        "ix_run_picked_up",
        "bot",
        sqlite_where=text("ended_at IS NULL AND cause = 'pickup'"),
        postgresql_where=text("ended_at IS NULL AND cause = 'pickup'"),
    ),
    Index(
        "ix_run_last",
        "task_id",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index(
        "ix_run_under_way",
        "task_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_run_ended",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
)

takeover = Table(  # a task that a person has taken over: no run of it begins, and those under way stand still
    "takeover",
    metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("since", Moment, nullable=False),
)

run_start = Table(  # of a run that begins elsewhere than in the first line of its script
    "run_start",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("program_id", ForeignKey("program.id"), nullable=False, index=True),
    Column("handler", String(40), nullable=False),  # empty: the first line, and only the depth matters
    Column("depth", Integer, nullable=False),  # of the event that it is for, and one more
)
