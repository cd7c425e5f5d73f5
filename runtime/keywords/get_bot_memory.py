"""GET BOT MEMORY."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("GET BOT MEMORY <key> [AS {variable}]", returns="any")
async def get_bot_memory(turn: Turn, key: Value) -> Value:
    """What the bot remembers under a key, for all its talks; NULL when that is nothing.

    A list or record that is given is a copy: to change what is remembered, set it again.

    Errors: invalid-key.

    Example:
        visits = GET BOT MEMORY("visits") OR 0
        SET BOT MEMORY "visits", visits + 1
        TALK "Visitor number ${GET BOT MEMORY("visits")}"       ' bot: Visitor number 1
        GET BOT MEMORY "colour" AS colour
        TALK colour IS NULL                                     ' bot: true
    """
    return await turn.bot_memory.get(key)
