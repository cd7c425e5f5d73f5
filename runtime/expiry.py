"""Sessions that end because nobody has answered for too long.

The end is a timer like any other, in the commit with which the session begins to wait: so it comes at its time, once,
whatever is stopped and started meanwhile.
"""

from datetime import datetime, timedelta

from tasktalk.interpreter.host import Waiting
from tasktalk.runtime.runs.ends import failed
from tasktalk.runtime.scene import Scene
from tasktalk.runtime.sessions import ending
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row, WriteSet

_REASON = "nobody answered for too long"


def set_expiry(scene: Scene, writes: WriteSet, waiting: Waiting, after: timedelta | None) -> datetime | None:
    """Lets a session that begins to wait for a message end in time, unless its script says how long it waits; gives
    that time."""
    if after is None or waiting.for_ != "message" or waiting.until is not None:
        return None
    expires_at = scene.now + after
    row = {"id": scene.session_id, "session_id": scene.session_id, "conversation_id": scene.conversation_id}
    writes.insert("timer", {**row, "due_at": expires_at, "is_expiry": True})
    return expires_at


async def expired(database: Database, session: Row, now: datetime, bot: str) -> WriteSet:
    """What ends a waiting session whose time is over."""
    work = UnitOfWork(database, now)
    ending(work.writes, session, now, "session-expired", _REASON)
    await failed(work, session["run_id"], bot, _REASON, "session-expired")
    changes = {"status": ("waiting", "ended")}
    work.record(
        "session_expired",
        "session",
        session["id"],
        organisation_id=None,
        actor=bot,
        source="script",
        changes=changes,
    )
    return work.writes
