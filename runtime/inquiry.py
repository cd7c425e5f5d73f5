"""Reads what is known of one moment of a schedule, to be explained by `reasons`."""

from datetime import datetime

from tasktalk.runtime.leases import HOUSEKEEPING, bucket_of
from tasktalk.runtime.reasons import Facts, due_time
from tasktalk.storage import explaining
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row


async def facts(reader: Reader, schedule: Row, task: Row | None, at: datetime, now: datetime) -> Facts:
    """What the rows tell of a moment; `task` is that of the schedule."""
    due = due_time(schedule, at)
    run = None if due is None else await explaining.run_of(reader, schedule["id"], due)
    talk = None if run is None else run["conversation_id"]
    return Facts(
        now=now,
        at=at,
        schedule=schedule,
        task=task,
        due=due,
        run=run,
        later=None if due is None else await explaining.next_run_after(reader, schedule["id"], due),
        held_by=await explaining.run_by_id(reader, schedule["held_by"]),
        process=await explaining.holder(reader, HOUSEKEEPING if talk is None else bucket_of(talk)),
    )
