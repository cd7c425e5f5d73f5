"""Tasks whose bot waits for a person's answer need help, and are in progress again once it goes on.

This is of tasks that are being done alone: one that somebody has given another status, or that has a schedule, stays as
it is, unless it is to be done once: then its run begins it.
"""

import logging

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.rows import OF_TASKS, TIMED
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import runs
from tasktalk.storage.writes import Row

_log = logging.getLogger("tasktalk.runs")


async def run_of(work: UnitOfWork, run_id: str | None) -> Row | None:
    """The run, if it is one of a task."""
    if run_id is None:
        return None
    run = await work.run(run_id)
    return run if run is not None and run["task_id"] is not None and run["cause"] in OF_TASKS else None


async def begins(work: UnitOfWork, run: Row, row: Row | None) -> Row | None:
    """The task of a run that begins, as it is from then on."""
    if row is None or not row["is_once"] or row["status"] != "pending" or run["cause"] not in TIMED:
        return row
    await _set(work, run, row, "in_progress")
    return await work.task(row["id"])


async def asks(work: UnitOfWork, run_id: str, task_id: str | None) -> None:
    """The script of a run waits for what a person answers."""
    row = None if task_id is None else await work.task(task_id)
    if row is None or row["status"] != "in_progress" or (row["is_scheduled"] and not row["is_once"]):
        return
    run = await run_of(work, run_id)
    if run is not None:
        await _set(work, run, row, "needs_help")


async def goes_on(work: UnitOfWork, session: Row | None, row: Row | None) -> Row | None:
    """The task of a session that goes on, as it is from then on."""
    is_asked = session is not None and session["waits_for"] == "message" and row is not None
    if not is_asked or session is None or row is None or row["status"] != "needs_help":
        return row
    run = await run_of(work, session["run_id"])
    if run is None:
        return row
    await _set(work, run, row, "in_progress")
    return await work.task(row["id"])


async def asks_no_more(work: UnitOfWork, run: Row) -> None:
    """A run is over, or begins anew, which may have waited for an answer."""
    row = await work.task(run["task_id"])
    if row is not None and row["status"] == "needs_help":
        async with work.read() as reader:
            session = await runs.waiting_session(reader, run)
        await goes_on(work, session, row)


async def _set(work: UnitOfWork, run: Row, row: Row, status: str) -> None:
    try:
        await Tasks(work, Actor(run["bot"] or "", row["organisation_id"], "run")).update(row["id"], {"status": status})
    except Refused as refused:
        _log.info("the task %s stays as it is while its bot asks: %s", row["id"], refused.message)
