"""Pipelines, whose stages a task goes through one after the other, and at which stage each task is."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from tasktalk.storage.tables.columns import Moment, id_column, metadata

pipeline = Table(
    "pipeline",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … in its organisation
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("first_stage_id", String(40)),  # null: the first of its stages
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),  # grows with every change of its stages, too
    UniqueConstraint("organisation_id", "number"),
)

pipeline_stage = Table(
    "pipeline_stage",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … in its organisation
    Column("pipeline_id", ForeignKey("pipeline.id")),  # null: of none yet
    Column("place", Integer, nullable=False),  # among those of its pipeline
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("next_id", String(40)),  # the stage after it; null: the one that stands behind it
    Column("failed_next_id", String(40)),  # the stage after it where it has failed for good
    Column("attempts", Integer, nullable=False),  # how often it is tried, 1 at least
    Column("pause_seconds", Float, nullable=False),  # before the second attempt; then twice as long
    Column("bot", Text),  # who does it; null: somebody from outside
    Column("script", Text),  # of the bot; null: its task.bas
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("organisation_id", "number"),
    Index("ix_pipeline_stage_place", "pipeline_id", "place"),
)

last_number = Table(  # by which no number of a pipeline or a stage is given twice
    "last_number",
    metadata,
    Column("id", Text, primary_key=True),  # the organisation's, a slash, and the name of the table
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("version", Integer, nullable=False),  # the number itself: it grows by one each time
)

task_stage = Table(  # of a task that is in a pipeline; its id is that of the task
    "task_stage",
    metadata,
    Column("id", ForeignKey("task.id"), primary_key=True),
    Column("pipeline_id", ForeignKey("pipeline.id"), nullable=False),
    Column("stage_id", ForeignKey("pipeline_stage.id")),  # null: the pipeline had none when it came
    Column("attempt", Integer, nullable=False),  # 1 at the first time
    Column("again_at", Moment),  # when it is tried again, while it waits for that
    Column("run_id", String(40), index=True),  # the run that does it now
    Column("depth", Integer, nullable=False),  # how many handlers and runs, one because of the other, led to it
    Column("moves", Integer, nullable=False),  # how many stages it has come to since somebody put it at one
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False, server_default=text("'pending'")),  # the task's, as lists ask for it
    Column("is_scheduled", Boolean, nullable=False, server_default=text("false")),  # so, too
    Index("ix_task_stage_pipeline", "pipeline_id", "id", "status", "is_scheduled"),
    Index("ix_task_stage_stage", "stage_id", "id", "pipeline_id", "status", "is_scheduled"),
    Index(
        "ix_task_stage_again",
        "again_at",
        sqlite_where=text("again_at IS NOT NULL"),
        postgresql_where=text("again_at IS NOT NULL"),
    ),
)
