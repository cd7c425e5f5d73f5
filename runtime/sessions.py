"""Sessions that end before their script does: a person says so, or nobody has answered for too long.

Whoever ends one names the version of its row, as every turn does. So of an ending and a turn at the same moment one is
a Conflict and leaves nothing: a turn then finds no session, and an ending looks again.
"""

from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.runs import ends
from tasktalk.runtime.runs.session_ends import ending
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import sessions
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

_TRIES = 20
COMMAND = "command"
"""Where a change came from that somebody made in a terminal, in the event that tells of it."""


async def end(
    database: Database,
    now: datetime,
    session_id: str,
    actor: str,
    reason: str | None = None,
    *,
    source: str = COMMAND,
    organisation_id: str | None = None,
) -> None:
    """Ends a waiting session: nothing of it waits any more, and the run that it was for has failed with the reason.

    Refuses `session_not_found`, also for one in a talk of another organisation than that of `organisation_id`, where
    there is one, and `session_over`. Raises Conflict when it never stands still.
    """
    await _end(database, now, session_id, actor, reason, source, organisation_id, begins_anew=False)


async def restart(
    database: Database,
    now: datetime,
    session_id: str,
    actor: str,
    reason: str | None = None,
    *,
    source: str = COMMAND,
    organisation_id: str | None = None,
) -> None:
    """Like `end`; with the same commit a run is queued that begins the session's script anew, in the same conversation
    and with what it was given. It is the script as it is now; a handler begins in the version that it was declared in.
    """
    await _end(database, now, session_id, actor, reason, source, organisation_id, begins_anew=True)


async def _end(
    database: Database,
    now: datetime,
    session_id: str,
    actor: str,
    reason: str | None,
    source: str,
    organisation_id: str | None,
    *,
    begins_anew: bool,
) -> None:
    for left in reversed(range(_TRIES)):
        async with database.read() as reader:
            session = await sessions.by_id(reader, session_id)
        if session is None or organisation_id not in {None, session["talk_organisation_id"]}:
            raise Refused("session_not_found", f"there is no session {session_id}")
        if session["status"] != "waiting":
            raise Refused("session_over", f"the session {session_id} is over: it {_SAYS[session['status']]}")
        work = UnitOfWork(database, now)
        why = reason or f"it was ended by {actor}"
        ending(work.writes, session, now, "ended-from-outside", why)
        changes: dict[str, tuple[object, object]] = {"status": ("waiting", "ended"), "reason": (None, reason)}
        if begins_anew:
            run_id = _begin_anew(work.writes, session, now)
            changes["run"] = (None, run_id)
            await ends.begun_anew(work, session["run_id"], run_id)
        else:
            await ends.failed(work, session["run_id"], actor, why, "ended-from-outside")
        work.record(
            "session_restarted" if begins_anew else "session_ended",
            "session",
            session_id,
            organisation_id=None,
            actor=actor,
            source=source,
            changes=changes,
        )
        try:
            await work.commit()
            return
        except Conflict:
            # A turn has just been taken: the session has another version, or is over.
            if not left:
                raise


_SAYS = {"ended": "has ended", "failed": "has failed"}


def _begin_anew(writes: WriteSet, session: Row, now: datetime) -> str:
    row: dict[str, Any] = {
        "id": new_id("run", now),
        "organisation_id": session["organisation_id"],
        "cause": session["cause"] or "script",
        "line": session["line"],
        "ends_by": session["ends_by"],
        "schedule_id": None,
        "task_id": session["task_id"],
        "conversation_id": session["conversation_id"],
        "bot": session["run_bot"] or session["bot"],
        "script": session["run_script"] or session["script"],
        "arguments": session["arguments"] or [],
        "planned_at": now,
        "status": "queued",
        "created_at": now,
    }
    writes.insert("run", row)
    if session["handler"]:
        start = {"program_id": session["start_program_id"], "handler": session["handler"], "depth": session["depth"]}
        writes.insert("run_start", {"run_id": row["id"], **start})
    return str(row["id"])
