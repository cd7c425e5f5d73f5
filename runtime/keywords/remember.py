"""REMEMBER."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.memory import expiry
from tasktalk.runtime.turn import Turn


@keyword("REMEMBER <key> = <value>[, <expires>]", "REMEMBER <key>, <value>[, <expires>]", returns="nothing")
async def remember(turn: Turn, key: Value, value: Value, expires: Value = None) -> None:
    """Remembers something about the person, for good or for a time: SET USER MEMORY in short.

    The time is a text such as "30 days" or "2 hours", a number of seconds, or a date. RECALL gives it back.

    Errors: invalid-key, invalid-expiry, limit (more than 256 KiB).

    Example:
        REMEMBER "town" = "Recife"
        REMEMBER "code", 4711, "30 days"
        TALK RECALL("town"), " ", RECALL("code")    ' bot: Recife 4711
        WAIT 30 DAYS                                ' after: 30d
        TALK RECALL("code") IS NULL                 ' bot: true
    """
    await turn.user_memory.set(key, value, expiry(expires, turn.now()))
