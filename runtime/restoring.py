"""A waiting session as it is stored. What cannot be read ends that session, in words for whoever serves the bots."""

from collections.abc import Mapping
from typing import Any

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.host import Host, Scripts
from tasktalk.interpreter.session import Session
from tasktalk.interpreter.state import StateError
from tasktalk.interpreter.timer import SliceTimer
from tasktalk.runtime.turn import SECRET
from tasktalk.storage.writes import Row

_FROM_A_BACKUP = "somebody or something has changed the database: put it back from a backup if more is damaged"


def request_of(row: Row) -> Mapping[str, Any]:
    """What the keyword noted of its wait. Raises ScriptError."""
    request = row["wait_request"]
    if type(request) is not dict:
        damaged = "what this conversation waits for cannot be read from the database any more"
        raise ScriptError("internal", damaged, hint=_FROM_A_BACKUP)
    return request


def is_secret(row: Row) -> bool:
    """Whether the answer that the session waits for must not be kept; so it is when nobody can tell any more."""
    request = row["wait_request"]
    return bool(request.get(SECRET)) if type(request) is dict else request is not None


def restored(state: bytes, host: Host, scripts: Scripts, timer: SliceTimer) -> Session:
    """The session, waiting where it did. Raises ScriptError, and whatever `scripts` raises."""
    try:
        return Session.load(state, host, scripts, timer=timer)
    except StateError as error:
        unreadable = f"this conversation cannot go on where it was: {error.message}"
        raise ScriptError("internal", unreadable, hint=error.hint or _FROM_A_BACKUP) from None
