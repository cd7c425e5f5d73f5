"""Workflows, what their steps are beyond tasks, and which task waits for which."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from tasktalk.storage.tables.columns import Moment, id_column, metadata

task_dependency = Table(  # the task cannot be begun before the other one is done
    "task_dependency",
    metadata,
    id_column(),
    Column("task_id", ForeignKey("task.id"), nullable=False),
    Column("depends_on", ForeignKey("task.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("task_id", "depends_on"),
)

workflow = Table(  # how it stands, its steps' tasks say
    "workflow",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("depth", Integer, nullable=False),  # how many handlers and runs, one because of the other, led to it
    Column("version", Integer, nullable=False),  # grows with each step that ends or is opened again
    Index("ix_workflow_created", "organisation_id", "created_at", "id"),
)

workflow_step = Table(  # of a task that is a step; its id is that of the task
    "workflow_step",
    metadata,
    Column("id", ForeignKey("task.id"), primary_key=True),
    Column("workflow_id", ForeignKey("workflow.id"), nullable=False),
    Column("place", Integer, nullable=False),  # 0, 1, 2 … as they were declared
    Column("name", Text, nullable=False),
    Column("duration_hours", Float),
    Column("retries", Integer, nullable=False),  # how often it is tried again after it failed
    Column("attempt", Integer, nullable=False),  # 1 at the first time
    Column("pause_seconds", Float, nullable=False, server_default=text("0")),  # before the second; then twice as long
    Column("again_at", Moment),  # when it is tried again, while it waits for that
    Column("on_error", String(40)),  # the step that stands in when this one has failed for good
    Column("script", Text),  # of the task's bot: what does the step
    Column("run_id", String(40), index=True),  # the run that does it now
    Column("version", Integer, nullable=False),
    Index("ix_workflow_step_place", "workflow_id", "place"),
    Index(
        "ix_workflow_step_again",
        "again_at",
        sqlite_where=text("again_at IS NOT NULL"),
        postgresql_where=text("again_at IS NOT NULL"),
    ),
)
