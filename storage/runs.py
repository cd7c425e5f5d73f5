"""Runs of tasks as they are read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, bindparam, func, literal_column, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import run, session
from tasktalk.storage.writes import Row

# Handlers of events run about a task, and not for it.
IS_OF_TASK = run.c.cause.not_in([literal_column("'event'"), literal_column("'call'")])

_TASK: BindParameter[Any] = bindparam("task", None)
_AFTER: BindParameter[Any] = bindparam("after", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)

_OF_TASK = select(run).where(run.c.task_id == _TASK, IS_OF_TASK)
_NEWEST = _OF_TASK.order_by(run.c.id.desc()).limit(_LIMIT)
_ELDEST = _OF_TASK.order_by(run.c.id).limit(_LIMIT)
_OPEN = _OF_TASK.where(run.c.ended_at.is_(None)).order_by(run.c.id)
_SESSION = select(session).where(
    session.c.conversation_id == bindparam("conversation", None),
    session.c.run_id == bindparam("run", None),
    session.c.status == literal_column("'waiting'"),
)
_SINCE = (
    select(run.c.id)
    .where(run.c.organisation_id == bindparam("organisation", None), run.c.created_at > _AFTER)
    .where(IS_OF_TASK, run.c.status != literal_column("'skipped'"))
    .limit(_LIMIT)
)
_COUNT_SINCE = select(func.count()).select_from(_SINCE.subquery())


async def by_id(reader: Reader, run_id: str) -> Row | None:
    """The run's row, or None."""
    return await reader.row(select(run).where(run.c.id == run_id))


async def page(
    reader: Reader, task_id: str, limit: int, after: str | None = None, order: Literal["asc", "desc"] = "desc"
) -> Sequence[Row]:
    """The runs of a task by when they were made, those behind the run with the id `after`, be that gone or not."""
    query = _NEWEST if order == "desc" else _ELDEST
    if after is not None:
        query = query.where(run.c.id < _AFTER if order == "desc" else run.c.id > _AFTER)
    return await reader.rows(query, {"task": task_id, "after": after, "limit": limit})


async def under_way(reader: Reader, task_id: str) -> Sequence[Row]:
    """The runs of a task that have not ended, eldest first."""
    return await reader.rows(_OPEN, {"task": task_id})


async def waiting_session(reader: Reader, found: Row) -> Row | None:
    """The session of a run that waits for something, or None."""
    if found["conversation_id"] is None:
        return None
    return await reader.row(_SESSION, {"conversation": found["conversation_id"], "run": found["id"]})


async def last_ended(reader: Reader, task_ids: Collection[str]) -> Mapping[str, Row]:
    """Of each task that has one, the run that ended last; with a skipped one, nothing was run."""
    found: dict[str, Row] = {}
    query = _OF_TASK.where(run.c.ended_at.is_not(None)).order_by(run.c.ended_at.desc(), run.c.id.desc()).limit(1)
    for task_id in task_ids:
        row = await reader.row(query, {"task": task_id})
        if row is not None:
            found[task_id] = row
    return found


async def count_since(reader: Reader, organisation_id: str, moment: datetime, most: int) -> int:
    """How many runs an organisation's tasks have been given since then; it counts no further than `most`."""
    given = {"organisation": organisation_id, "after": moment, "limit": most}
    found: int = await reader.value(_COUNT_SINCE, given)
    return found
