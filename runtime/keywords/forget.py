"""FORGET."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("FORGET <key>", returns="nothing")
async def forget(turn: Turn, key: Value) -> None:
    """Forgets what was remembered about the person under a key. It need not be there.

    Errors: invalid-key.

    Example:
        REMEMBER "town" = "Recife"
        FORGET "town"
        TALK RECALL("town") IS NULL             ' bot: true
    """
    await turn.user_memory.forget(key)
