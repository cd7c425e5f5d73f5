"""Tasks and schedules, and what they refer to, as they go from one database to another; what happened stays behind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, literal, select, tuple_

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import (
    automation,
    contact,
    conversation,
    deadline,
    last_number,
    memory,
    metadata,
    notification_setting,
    organisation,
    pipeline,
    pipeline_stage,
    schedule,
    task,
    task_count,
    task_dependency,
    task_due_count,
    task_due_day,
    task_number,
    task_pair_count,
    task_stage,
    task_tag,
    template,
    user,
    watcher,
    webhook,
    workflow,
    workflow_step,
)
from tasktalk.storage.writes import Row

_COPIED = {
    organisation, user, contact, conversation, task, task_tag, task_count, task_due_count, task_due_day, task_number,
    task_pair_count, deadline, task_dependency, workflow, workflow_step, watcher, notification_setting, template,
    webhook, automation, memory, schedule, pipeline, pipeline_stage, task_stage, last_number,
}  # fmt: skip
_OF_SCHEDULES = select(schedule.c.conversation_id)
_ONLY = {
    conversation: conversation.c.id.in_(_OF_SCHEDULES),
    contact: contact.c.id.in_(select(conversation.c.contact_id).where(conversation.c.id.in_(_OF_SCHEDULES))),
}
TABLES: Sequence[str] = [table.name for table in metadata.sorted_tables if table in _COPIED]
"""What is copied, so that nothing comes before what it refers to."""


async def page(reader: Reader, name: str, last: Row | None, limit: int) -> Sequence[Row]:
    """The rows of a table after one of them, in the order of their keys."""
    table = metadata.tables[name]
    return await reader.rows(_query(table, last).order_by(*table.primary_key.columns).limit(limit))


def _query(table: Table, last: Row | None) -> Select[Any]:
    found = select(table)
    if table in _ONLY:
        found = found.where(_ONLY[table])
    if last is None:
        return found
    key = list(table.primary_key.columns)
    return found.where(tuple_(*key) > tuple_(*(literal(last[column.name], column.type) for column in key)))
