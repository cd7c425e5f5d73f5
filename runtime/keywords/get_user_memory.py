"""GET USER MEMORY."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("GET USER MEMORY <key> [AS {variable}]", returns="any")
async def get_user_memory(turn: Turn, key: Value) -> Value:
    """What this bot remembers about the person under a key; NULL when that is nothing.

    Errors: invalid-key.

    Example:
        name = GET USER MEMORY "name"
        IF name IS NULL THEN
            HEAR name WITH "Who are you?"       ' bot: Who are you?
                                                ' user: Ana
            SET USER MEMORY "name", name
        END IF
        TALK "Hello, ${GET USER MEMORY("name")}!"       ' bot: Hello, Ana!
    """
    return await turn.user_memory.get(key)
