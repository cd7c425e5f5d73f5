"""SET BOT MEMORY."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("SET BOT MEMORY <key>, <value>", "SET BOT MEMORY <key> AS <value>", returns="nothing")
async def set_bot_memory(turn: Turn, key: Value, value: Value) -> None:
    """Remembers something for the bot: all its talks, with whomever, see it.

    Any value can be remembered: numbers, texts, dates, lists and records. NULL forgets it. What is remembered is kept
    for good, also over a restart; but when the script fails before it next waits, nothing of it is.

    Errors: invalid-key, limit (more than 256 KiB).

    Example:
        SET BOT MEMORY "price", 12.5
        TALK GET BOT MEMORY "price"             ' bot: 12.5
        HEAR more
        ' user: hello
        TALK GET BOT MEMORY "price"             ' bot: 12.5
    """
    await turn.bot_memory.set(key, value)
