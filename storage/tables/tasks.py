"""Tasks, and the events that tell of every change."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from tasktalk.storage.tables.columns import KEPT, Json, Moment, id_column, metadata

task = Table(
    "task",
    metadata,
    id_column(),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("assignee", Text),
    Column("due_at", Moment),
    Column("progress", Integer, nullable=False),
    Column("time_spent_minutes", Float, nullable=False),
    Column("tags", Json, nullable=False),  # in their order; task_tag has them for searching
    Column("context", Json, nullable=False),
    Column("resolution", Text),
    Column("outcomes", Json),
    Column("bot", Text),
    Column("created_by", Text, nullable=False),
    Column("completed_by", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("comments_count", Integer, nullable=False, server_default=text("0")),
    Column("attachments_count", Integer, nullable=False, server_default=text("0")),
    Column("checklist", Json),  # {"text": …, "done": …} each, in order; null where there is none
    Column("version", Integer, nullable=False),
    Column("is_scheduled", Boolean, nullable=False, server_default=text("false")),  # it has a schedule
    Column("contact_id", String(40)),  # with whom its bot talks when it runs
    Column("session_ms", Integer),  # how long a run may take; null: as long as the host says
    Column("retries", Integer, nullable=False, server_default=text("0")),  # how often a run is tried again
    Column("is_due_by_sla", Boolean, nullable=False, server_default=text("false")),  # nobody has said when it is due
    Column("own_sla", Json),  # by which it is due, where that is not its organisation's
    Column("space_id", Text),  # where it belongs, as programs call that
    Column("assignee_type", String(8)),  # agent, user; null: as the assignee is a bot or not
    Column("external_id", Text),  # what it is called elsewhere; several may share one
    Column("is_once", Boolean, nullable=False, server_default=text("false")),  # with its run it has ended
    Column("origin", Json),  # where a script made it: conversation_id, bot_id; whatever programs say in the context
)


HELD = ("status", "priority", "assignee", "is_scheduled", "due_at", "updated_at")
"""What lists filter and sort by, besides tags."""


def _walked(name: str, *first: str, **options: Any) -> Index:
    """An index that a list walks in its order, finding in it all that it filters and sorts by."""
    order = ("organisation_id", *first, "created_at", "id")
    return Index(name, *(task.c[column] for column in dict.fromkeys((*order, *HELD))), **options)


_walked("ix_task_created")
_walked("ix_task_updated", "updated_at")
_walked("ix_task_due", "due_at")
_walked("ix_task_priority", "priority")
_walked("ix_task_status", "status")
_walked("ix_task_assignee", "assignee")
_is_placed = text("space_id IS NOT NULL")
_walked("ix_task_space_id", "space_id", sqlite_where=_is_placed, postgresql_where=_is_placed)
for _name in ("bot", "contact_id", "external_id"):
    _is_given = text(f"{_name} IS NOT NULL")
    Index(
        f"ix_task_{_name}",
        *(task.c[column] for column in ("organisation_id", _name, "id")),
        sqlite_where=_is_given,
        postgresql_where=_is_given,
    )
_is_to_be_done = text("status = 'pending' AND assignee IS NOT NULL")
Index(
    "ix_task_pickup",
    *(task.c[column] for column in ("assignee", "due_at", "priority", "created_at", "id")),
    sqlite_where=_is_to_be_done,
    postgresql_where=_is_to_be_done,
)
_is_begun = text("status IN ('in_progress', 'waiting')")
Index(
    "ix_task_begun",
    *(task.c[column] for column in ("organisation_id", "started_at", "id")),
    sqlite_where=_is_begun,
    postgresql_where=_is_begun,
)
Index(
    "ix_task_scheduled",
    task.c.organisation_id,
    task.c.id,
    sqlite_where=text("is_scheduled = 1"),
    postgresql_where=text("is_scheduled"),
)

task_tag = Table(  # with what lists filter and sort by (storage/tags.py)
    "task_tag",
    metadata,
    # The key is the order of the newest with a tag. No foreign key: to look for the task of each costs as much as to
    # write it, and none is written but with its task.
    Column("organisation_id", String(40), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("created_at", Moment, primary_key=True),
    Column("task_id", String(40), primary_key=True),
    # Of all the task's tags. Before the others: SQLite reads the columns of a row up to the last that is asked for.
    Column("tag_bits", BigInteger, nullable=False, server_default=text("0")),
    Column("all_tags", Text),  # null where that would be too long
    Column("status", String(16), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("assignee", Text),
    Column("is_scheduled", Boolean, nullable=False),
    Column("due_at", Moment),
    Column("updated_at", Moment, nullable=False),
    sqlite_with_rowid=False,  # the table is its key's index, and has all that is asked of it
)
for _name in ("due_at", "updated_at", "priority"):
    _order = ("organisation_id", "tag", _name, "created_at", "task_id")
    _columns = dict.fromkeys((*_order, "tag_bits", "all_tags", *HELD))
    Index(f"ix_task_tag_{_name.removesuffix('_at')}", *(task_tag.c[name] for name in _columns))
# Those that have the same tags lie together: where others are asked for with one, few of its texts have them. Only
# SQLite finds a text behind another without a look at all rows of the tag (storage/tasks.py).
_columns = dict.fromkeys(("organisation_id", "tag", "all_tags", "due_at", "created_at", "task_id", *HELD))
Index("ix_task_tag_text", *(task_tag.c[name] for name in _columns)).ddl_if(dialect="sqlite")

task_number = Table(  # what those call a task who know it by a whole number, which is never given twice
    "task_number",
    metadata,
    Column(
        "number",
        BigInteger().with_variant(Integer, "sqlite"),  # SQLite numbers by itself in INTEGER alone
        Identity(),
        primary_key=True,
    ),
    Column("task_id", ForeignKey("task.id"), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

task_meta = Table(  # what the context of a scheduled task says, in a form that it is found by (storage/metas.py)
    "task_meta",
    metadata,
    Column("organisation_id", String(40), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("said", Text, primary_key=True),
    Column("task_id", ForeignKey("task.id"), primary_key=True, index=True),
)

task_count = Table(  # how many tasks there are of a kind; those with a tag are counted under it as well
    "task_count",
    metadata,
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("tag", Text, primary_key=True),  # empty: with any tags or none
    Column("is_scheduled", Boolean, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("priority", String(8), primary_key=True),
    Column("period", Integer, primary_key=True),  # of four weeks (storage/counts.py): far pages are begun at one
    Column("count", Integer, nullable=False),  # how many were created in it
    Column("updated_count", Integer, nullable=False),
    Column("due_count", Integer, nullable=False),
    Column("undue_count", Integer, nullable=False),  # created in it, and without a due date
)

task_due_count = Table(  # how many tasks of a kind are due in a period, by that in which they were made or changed
    "task_due_count",
    metadata,
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("due_period", Integer, primary_key=True),
    Column("period", Integer, primary_key=True),
    Column("is_scheduled", Boolean, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("priority", String(8), primary_key=True),
    Column("count", Integer, nullable=False),  # how many were created in the period
    Column("updated_count", Integer, nullable=False),
)

task_due_day = Table(  # when tasks were made and changed that are due on a day: no sooner and no later (counts.py)
    "task_due_day",
    metadata,
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("day", Integer, primary_key=True),  # since the year 1, as the others
    Column("first_made_day", Integer, nullable=False, info={KEPT: "<"}),
    Column("last_made_day", Integer, nullable=False, info={KEPT: ">"}),
    Column("last_changed_day", Integer, nullable=False, info={KEPT: ">"}),
)

task_pair_count = Table(  # how many tasks there are of a kind that have both tags
    "task_pair_count",
    metadata,
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("tag", Text, primary_key=True),  # the first of the two, by their characters' codes
    Column("other", Text, primary_key=True),  # empty: the task has more tags than pairs are counted of
    Column("is_scheduled", Boolean, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("priority", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
)

deadline = Table(  # a task that is open and not yet found to be overdue
    "deadline",
    metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),  # of a warning: when that is due
    Column("is_warning", Boolean, nullable=False, server_default=text("false")),
)

event = Table(
    "event",
    metadata,
    id_column(),
    Column("organisation_id", String(40)),
    Column("subject", String(16), nullable=False),  # task, session, run …
    Column("subject_id", String(40), nullable=False),
    Column("kind", Text, nullable=False),  # task_created, task_updated, task_completed, turn_failed …
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),  # the dialect, script or schedule through which it came
    Column("changes", Json, nullable=False),  # field -> [before, after]
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
