"""SET CONTEXT."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword(
    "SET CONTEXT <name> AS <value>", "SET CONTEXT <name>, <value>", "SET CONTEXT <name> = <value>",
    "SET CONTEXT <value>", returns="nothing"
)  # fmt: skip
async def set_context(turn: Turn, value: Value, name: Value = "context") -> None:
    """Notes something about this conversation, for every script that runs in it, now and later.

    `GET "session.plan"` gives what was noted as "plan". A text without a name is the context itself.

    Errors: invalid-key, limit.

    Example:
        SET CONTEXT "plan" AS "gold"
        TALK GET "session.plan"                 ' bot: gold
    """
    await turn.conversation_memory.set(name, value)
