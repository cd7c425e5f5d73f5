"""The rows of a session that ends before its script does."""

from datetime import datetime
from typing import Any

from tasktalk.storage.writes import Row, WriteSet


def error_of(code: str, message: str) -> dict[str, Any]:
    """What is kept of an end that is no fault of a script."""
    return {"code": code, "message": message, "script": None, "line": None, "column": None, "reference": None}


def close_session(writes: WriteSet, session: Row, now: datetime, code: str, message: str) -> None:
    """The rows of a session that is over: `code` and `message` say why, as they do of one that failed. Its run is
    left to whoever ends that."""
    error = error_of(code, message)
    key = {"id": session["id"], "version": session["version"]}
    writes.update(
        "session",
        key,
        {
            "status": "ended",
            "waits_for": None,
            "wait_keyword": None,
            "wait_request": None,
            "state": None,
            "error": error,
            "version": session["version"] + 1,
            "updated_at": now,
            "ended_at": now,
        },
    )
    writes.delete("timer", {"id": session["id"]})
    writes.delete("awaited", {"session_id": session["id"]})
    writes.delete("suspect", {"input_id": session["id"]})


def ending(writes: WriteSet, session: Row, now: datetime, code: str, message: str) -> None:
    """The rows of a session that is over, and of the run that it was for, which has failed."""
    close_session(writes, session, now, code, message)
    if session["run_id"]:
        values = {"status": "failed", "error": error_of(code, message), "reason": message, "ended_at": now}
        writes.update("run", {"id": session["run_id"], "status": "running"}, values)
