"""Runs of tasks as they are read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BindParameter, Select, and_, bindparam, case, exists, func, literal_column, or_, select

from tasktalk.storage.conditions import is_of_task
from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import (
    conversation,
    message,
    organisation,
    run,
    session,
    takeover,
    task,
    task_dependency,
    workflow_step,
)
from tasktalk.storage.writes import Row

IS_OF_TASK = is_of_task(run)

_TASK: BindParameter[Any] = bindparam("task", None)
_AFTER: BindParameter[Any] = bindparam("after", None)
_NOW: BindParameter[Any] = bindparam("now", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)

_BY_ID = select(run).where(run.c.id == bindparam("id", None))
_OF_TASK = select(run).where(run.c.task_id == _TASK, IS_OF_TASK)
_NEWEST = _OF_TASK.order_by(run.c.id.desc()).limit(_LIMIT)
_ELDEST = _OF_TASK.order_by(run.c.id).limit(_LIMIT)
_LAST_ENDED = _OF_TASK.where(run.c.ended_at.is_not(None)).order_by(run.c.ended_at.desc(), run.c.id.desc()).limit(1)
_OPEN = _OF_TASK.where(run.c.ended_at.is_(None)).order_by(run.c.id)
_SESSION = select(session).where(
    session.c.conversation_id == bindparam("conversation", None),
    session.c.run_id == bindparam("run", None),
    session.c.status == literal_column("'waiting'"),
)
_SINCE = (
    select(run.c.id)
    .where(run.c.organisation_id == bindparam("organisation", None), run.c.created_at > _AFTER)
    .where(IS_OF_TASK, run.c.status != literal_column("'skipped'"), run.c.id <= bindparam("until", None))
    .limit(_LIMIT)
)
_COUNT_SINCE = select(func.count()).select_from(_SINCE.subquery())

_of_run = session.alias("of_run")
_MESSAGES = (
    select(message)
    .where(message.c.conversation_id == bindparam("conversation", None))
    .where(exists().where(_of_run.c.id == message.c.session_id, _of_run.c.run_id == bindparam("run", None)))
    .order_by(message.c.sequence)
)
_LISTED = (
    select(run, task.c.title.label("task"))
    .outerjoin(task, task.c.id == run.c.task_id)
    .where(run.c.task_id.is_not(None), IS_OF_TASK)
    .order_by(run.c.id.desc())
    .limit(_LIMIT)
)
_LISTED_OF_TASK = _LISTED.where(run.c.task_id == _TASK)
_LISTED_ONE = _LISTED.where(run.c.id == bindparam("id", None))
_other = task.alias("other")
_PICKED_UP = (
    select(func.count())
    .select_from(run)
    .where(run.c.ended_at.is_(None), run.c.cause == literal_column("'pickup'"), run.c.bot == bindparam("bot", None))
)
# Written out as the index has them.
_IS_TO_BE_DONE = and_(
    task.c.status == literal_column("'pending'"),
    task.c.assignee.is_not(None),
    task.c.is_scheduled.is_(False),
    task.c.assignee == bindparam("bot", None),
)
_STANDS_FOR_ANOTHER = (
    exists().where(workflow_step.c.id == _other.c.id, workflow_step.c.on_error.is_not(None)).correlate(_other)
)
_TO_PICK_UP = (
    select(task)
    .where(
        _IS_TO_BE_DONE,
        ~exists().where(
            task_dependency.c.task_id == task.c.id,
            _other.c.id == task_dependency.c.depends_on,
            _other.c.status != "completed",
            or_(_other.c.status != "failed", ~_STANDS_FOR_ANOTHER),
        ),
        ~exists().where(run.c.task_id == task.c.id, run.c.ended_at.is_(None), IS_OF_TASK),
        ~exists().where(takeover.c.task_id == task.c.id),
    )
    .limit(_LIMIT)
)
_NEVER_DUE_TO_PICK_UP = _TO_PICK_UP.where(
    task.c.due_at.is_(None), task.c.priority == bindparam("priority", None)
).order_by(task.c.created_at, task.c.id)


@lru_cache
def _due_to_pick_up(ranking: Sequence[str]) -> Select[Any]:
    rank = case({priority: place for place, priority in enumerate(ranking)}, value=task.c.priority)
    return _TO_PICK_UP.where(task.c.due_at.is_not(None)).order_by(
        task.c.due_at, rank.desc(), task.c.created_at, task.c.id
    )


_before = run.alias("before_it")
_IN_LINE = (
    select(run)
    .where(
        run.c.begins_at <= _NOW,
        or_(
            run.c.line.is_not(None),
            and_(
                ~exists().where(_before.c.line == run.c.task_id, _before.c.ended_at.is_(None)),
                ~exists().where(takeover.c.task_id == run.c.task_id),
            ),
        ),
    )
    .order_by(run.c.begins_at, run.c.id)
    .limit(_LIMIT)
)
_LATE = (
    select(run).where(run.c.ended_at.is_(None), run.c.ends_by <= _NOW).order_by(run.c.ends_by, run.c.id).limit(_LIMIT)
)
_last, _talked, _busy = run.alias("last"), run.alias("talked"), run.alias("busy")
_LAST_TALK = (
    select(_talked.c.id)
    .where(_talked.c.task_id == task.c.id, _talked.c.conversation_id.is_not(None), is_of_task(_talked))
    .order_by(_talked.c.id.desc())
    .limit(1)
    .correlate(task)
    .scalar_subquery()
)
_IS_BUSY = or_(
    exists().where(_busy.c.task_id == task.c.id, _busy.c.ended_at.is_(None), is_of_task(_busy)),
    exists().where(takeover.c.task_id == task.c.id),
)
_OF_TASK_ITSELF = tuple(task.c.keys())
_STANDING = (
    select(
        task,
        organisation.c.runs_a_day,
        _IS_BUSY.label("is_busy"),
        _last.c.bot.label("last_bot"),
        _last.c.ended_at.label("last_ended_at"),
        _last.c.conversation_id.label("last_conversation_id"),
        conversation.c.channel.label("last_channel"),
    )
    .join(organisation, organisation.c.id == task.c.organisation_id)
    .outerjoin(_last, _last.c.id == _LAST_TALK)
    .outerjoin(conversation, conversation.c.id == _last.c.conversation_id)
)


async def in_line(reader: Reader, now: datetime, limit: int) -> Sequence[Row]:
    """The runs that may begin, eldest first, none of a task of which one is under way or which a person has taken over;
    of a task there may be several, of which the first is meant."""
    return await reader.rows(_IN_LINE, {"now": now, "limit": limit})


async def late(reader: Reader, now: datetime, limit: int) -> Sequence[Row]:
    """The runs whose time is up, longest ago first."""
    return await reader.rows(_LATE, {"now": now, "limit": limit})


async def standing(reader: Reader, task_ids: Sequence[str]) -> dict[str, Row]:
    """The rows of those of the tasks that are there, with what decides when and where the next run of each begins.

    `is_busy` where one has not ended, or a person has taken the task over; of the newest that has had a conversation
    its `last_conversation_id`, with the `last_channel`, `last_bot` and `last_ended_at`; `runs_a_day` of the
    organisation.
    """
    return {row["id"]: row for row in await rows_of(reader, _STANDING, task.c.id, task_ids)}


def task_of(standing: Row) -> Row:
    """The task's own row, of what `standing` gives."""
    return {name: standing[name] for name in _OF_TASK_ITSELF}


async def by_id(reader: Reader, run_id: str) -> Row | None:
    """The run's row, or None."""
    return await reader.row(_BY_ID, {"id": run_id})


async def page(
    reader: Reader, task_id: str, limit: int, after: str | None = None, order: Literal["asc", "desc"] = "desc"
) -> Sequence[Row]:
    """The runs of a task by when they were made, those behind the run with the id `after`, be that gone or not."""
    query = _NEWEST if order == "desc" else _ELDEST
    if after is not None:
        query = query.where(run.c.id < _AFTER if order == "desc" else run.c.id > _AFTER)
    return await reader.rows(query, {"task": task_id, "after": after, "limit": limit})


async def newest(reader: Reader, limit: int, task_id: str | None = None) -> Sequence[Row]:
    """The newest runs of all tasks or of one, each with the title of its task as `task`, which is null where that is
    gone."""
    return await reader.rows(_LISTED if task_id is None else _LISTED_OF_TASK, {"task": task_id, "limit": limit})


async def with_task(reader: Reader, run_id: str) -> Row | None:
    """One run as `newest` gives it, or None."""
    return await reader.row(_LISTED_ONE, {"id": run_id, "limit": 1})


async def under_way(reader: Reader, task_id: str) -> Sequence[Row]:
    """The runs of a task that have not ended, eldest first."""
    return await reader.rows(_OPEN, {"task": task_id})


async def waiting_session(reader: Reader, found: Row) -> Row | None:
    """The session of a run that waits for something, or None."""
    if found["conversation_id"] is None:
        return None
    return await reader.row(_SESSION, {"conversation": found["conversation_id"], "run": found["id"]})


async def messages(reader: Reader, found: Row) -> Sequence[Row]:
    """What was said in the sessions of a run, in order, as far as it is kept."""
    return await reader.rows(_MESSAGES, {"conversation": found["conversation_id"], "run": found["id"]})


async def last_ended(reader: Reader, task_ids: Collection[str]) -> Mapping[str, Row]:
    """Of each task that has one, the run that ended last; with a skipped one, nothing was run."""
    found: dict[str, Row] = {}
    for task_id in task_ids:
        row = await reader.row(_LAST_ENDED, {"task": task_id})
        if row is not None:
            found[task_id] = row
    return found


async def count_since(reader: Reader, organisation_id: str, moment: datetime, most: int, until: str = "~") -> int:
    """How many runs an organisation's tasks have been given since then, up to the one with the id `until`; it counts no
    further than `most`."""
    given = {"organisation": organisation_id, "after": moment, "limit": most, "until": until}
    found: int = await reader.value(_COUNT_SINCE, given)
    return found


async def picked_up(reader: Reader, bot: str) -> int:
    """How many of the tasks that are its own a bot is doing."""
    found: int = await reader.value(_PICKED_UP, {"bot": bot})
    return found


async def to_pick_up(reader: Reader, bot: str, ranking: Sequence[str], limit: int) -> Sequence[Row]:
    """Tasks that are a bot's own and to be done: what is due first, then what is most urgent, then what is eldest.

    Those that wait for another task are left out, those of which a run has not ended, and those that a person has taken
    over. `ranking` has the priorities,
    least urgent first.
    """
    found = [*await reader.rows(_due_to_pick_up(tuple(ranking)), {"bot": bot, "limit": limit})]
    for priority in reversed(ranking):
        if len(found) >= limit:
            break
        given = {"bot": bot, "priority": priority, "limit": limit - len(found)}
        found += await reader.rows(_NEVER_DUE_TO_PICK_UP, given)
    return found
