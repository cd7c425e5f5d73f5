"""What is known of a schedule and of one of its times, for those who ask why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import event, lease, process, run, schedule
from tasktalk.storage.writes import Row


async def deletion(reader: Reader, task_id: str) -> Row | None:
    """The event that tells of a task's deletion."""
    query = select(event).where(event.c.subject == "task", event.c.subject_id == task_id)
    return await reader.row(query.where(event.c.kind == "task_deleted"))


async def schedules_of_task(reader: Reader, task_id: str) -> Sequence[Row]:
    """A task's schedule, if it has one."""
    return await reader.rows(select(schedule).where(schedule.c.task_id == task_id).order_by(schedule.c.id))


async def schedules_of_script(reader: Reader, bot: str, script: str, limit: int) -> Sequence[Row]:
    """The schedules of a script that are of no task, at most so many: its own first, then those of conversations."""
    query = select(schedule).where(schedule.c.bot == bot, schedule.c.script == script, schedule.c.task_id.is_(None))
    return await reader.rows(query.order_by(schedule.c.conversation_id.is_not(None), schedule.c.id).limit(limit))


async def scripts_with_schedules(reader: Reader, bot: str) -> list[str]:
    """The scripts of a bot that run by themselves."""
    query = select(schedule.c.script).distinct().where(schedule.c.bot == bot, schedule.c.task_id.is_(None))
    return sorted(row["script"] for row in await reader.rows(query))


async def run_of(reader: Reader, schedule_id: str, planned_at: datetime) -> Row | None:
    """The run of a due time."""
    return await reader.row(select(run).where(run.c.schedule_id == schedule_id, run.c.planned_at == planned_at))


async def next_run_after(reader: Reader, schedule_id: str, planned_at: datetime) -> Row | None:
    """The first run of a later due time."""
    query = select(run).where(run.c.schedule_id == schedule_id, run.c.planned_at > planned_at)
    return await reader.row(query.order_by(run.c.planned_at).limit(1))


async def last_run(reader: Reader, schedule_id: str) -> Row | None:
    """The run of the latest due time that had one."""
    query = select(run).where(run.c.schedule_id == schedule_id)
    return await reader.row(query.order_by(run.c.planned_at.desc()).limit(1))


async def run_by_id(reader: Reader, run_id: str | None) -> Row | None:
    """A run, or None."""
    return await reader.row(select(run).where(run.c.id == run_id)) if run_id else None


async def holder(reader: Reader, bucket: int) -> Row | None:
    """Which process takes the turns of a bucket: its `process_id`, and `seen_at`, None where it is gone.

    None where nobody does, or one process has the database for itself.
    """
    query = select(lease.c.process_id, process.c.seen_at).outerjoin(process, process.c.id == lease.c.process_id)
    return await reader.row(query.where(lease.c.bucket == bucket, lease.c.process_id.is_not(None)))
