"""RECALL."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("RECALL <key> [AS {variable}]", returns="any")
async def recall(turn: Turn, key: Value) -> Value:
    """What was remembered about the person under a key, by REMEMBER or SET USER MEMORY; NULL when that is nothing.

    Errors: invalid-key.

    Example:
        REMEMBER "birthday" = DATEADD("1990-05-01", 0, "days")
        birthday = RECALL "birthday"
        TALK FORMAT(birthday, "DD/MM")          ' bot: 01/05
    """
    return await turn.user_memory.get(key)
