"""Schedules as they are read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, or_, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import run, schedule
from tasktalk.storage.writes import Row

_NOW: BindParameter[Any] = bindparam("now", None)

_own = run.alias("own")
_IS_RUNNING = exists().where(
    _own.c.schedule_id == schedule.c.id, _own.c.schedule_id.is_not(None), _own.c.ended_at.is_(None)
)
_BY_ID = select(schedule).where(schedule.c.id == bindparam("id", None))
_DUE = (
    select(schedule, _IS_RUNNING.label("is_running"))
    .where(schedule.c.fires_at.is_not(None), schedule.c.fires_at <= _NOW)
    .order_by(schedule.c.fires_at, schedule.c.id)
    .limit(bindparam("limit", None))
)
_HELD = (
    select(
        schedule,
        _IS_RUNNING.label("is_running"),
        run.c.conversation_id.label("run_conversation_id"),
        or_(run.c.id.is_(None), run.c.ended_at.is_not(None)).label("is_free"),
    )
    .select_from(schedule.outerjoin(run, run.c.id == schedule.c.held_by))
    .where(schedule.c.held_by.is_not(None))
    .order_by(schedule.c.next_run_at, schedule.c.id)
)
_LISTED = (
    select(schedule)
    .where(schedule.c.id > bindparam("after", None))
    .order_by(schedule.c.id)
    .limit(bindparam("limit", None))
)
_LISTED_OF_BOT = _LISTED.where(schedule.c.bot == bindparam("bot", None))
_OPEN_RUNS = select(run).where(run.c.schedule_id.is_not(None), run.c.ended_at.is_(None)).order_by(run.c.id)


async def due(reader: Reader, now: datetime, limit: int, without: Collection[str] = ()) -> Sequence[Row]:
    """The schedules whose time has come, the longest overdue first; some may be left out. `is_running` where one has a
    run that has not ended."""
    query = _DUE.where(schedule.c.id.not_in(without)) if without else _DUE
    return await reader.rows(query, {"now": now, "limit": limit})


async def by_id(reader: Reader, schedule_id: str) -> Row | None:
    """The schedule, or None."""
    return await reader.row(_BY_ID, {"id": schedule_id})


async def held(reader: Reader) -> Sequence[Row]:
    """The schedules that wait for the end of a run, as `due` gives them, with its `run_conversation_id`; `is_free`
    where it has ended."""
    return await reader.rows(_HELD)


async def open_runs(reader: Reader, schedule_ids: Sequence[str]) -> Sequence[Row]:
    """The runs of these schedules that have not ended."""
    return await rows_of(reader, _OPEN_RUNS, run.c.schedule_id, schedule_ids)


async def declared(reader: Reader) -> Sequence[Row]:
    """The schedules that stand at the top level of scripts."""
    return await reader.rows(select(schedule).where(schedule.c.is_declared))


async def listed(reader: Reader, limit: int, bot: str | None = None, after: str = "") -> Sequence[Row]:
    """The schedules of a bot, or of all, in the order of their ids, those behind the id `after`."""
    query = _LISTED if bot is None else _LISTED_OF_BOT
    return await reader.rows(query, {"limit": limit, "bot": bot, "after": after})


async def of_conversation(reader: Reader, conversation_id: str) -> Sequence[Row]:
    """The schedules that a conversation's talks made, and that have a time to come."""
    query = select(schedule).where(schedule.c.conversation_id == conversation_id, schedule.c.next_run_at.is_not(None))
    return await reader.rows(query.order_by(schedule.c.id))


async def runs(reader: Reader, schedule_id: str) -> Sequence[Row]:
    """The runs of a schedule in the order of their planned times."""
    return await reader.rows(select(run).where(run.c.schedule_id == schedule_id).order_by(run.c.planned_at))
