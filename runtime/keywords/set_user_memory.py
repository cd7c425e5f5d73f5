"""SET USER MEMORY."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("SET USER MEMORY <key>, <value>", "SET USER MEMORY <key> AS <value>", returns="nothing")
async def set_user_memory(turn: Turn, key: Value, value: Value) -> None:
    """Remembers something about the person who talks to this bot. Other people's talks do not see it.

    Any value can be remembered; NULL forgets it. It is kept for good; but when the script fails before it next waits,
    nothing of it is.

    Errors: invalid-key, limit (more than 256 KiB).

    Example:
        SET USER MEMORY "likes", ["tea", "chess"]
        likes = GET USER MEMORY "likes"
        TALK likes[1]                           ' bot: chess
    """
    await turn.user_memory.set(key, value)
