"""What tells of runs: each change of how one stands is an event."""

from datetime import datetime

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Row, WriteSet


def give_up(work: UnitOfWork, run: Row, status: str, reason: str) -> None:
    """Ends a run that has no session; the commit is a Conflict if it is not as `run` says."""
    values = {"status": status, "reason": reason, "begins_at": None, "ended_at": work.now}
    work.writes.update("run", {"id": run["id"], "status": run["status"]}, values)
    tell(work.writes, work.now, run, status)


def tell(writes: WriteSet, now: datetime, run: Row, status: str, actor: str | None = None, source: str = "run") -> None:
    """Adds the event that tells how a run stands. Nothing follows from it but a look (`engine.needs_look`): who waits
    for the end of a run is found by how the rows stand then."""
    # Not by work.record: handlers know no such events, so nothing that follows from them could go on for ever.
    writes.insert(
        "event",
        {
            "id": new_id("evt", now),
            "organisation_id": run["organisation_id"],
            "subject": "run",
            "subject_id": run["id"],
            "kind": f"run_{status}",
            "actor": actor or run["bot"] or "",
            "source": source,
            "changes": {"status": [run["status"], status], "task": [None, run["task_id"]]},
            "created_at": now,
        },
    )
