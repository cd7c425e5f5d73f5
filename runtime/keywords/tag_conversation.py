"""TAG CONVERSATION."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.tagging import Tagging
from tasktalk.runtime.turn import Turn


@keyword("TAG CONVERSATION <tag>", returns="nothing")
async def tag_conversation(turn: Turn, tag: Value) -> None:
    """Puts a word on this conversation, for people who look for it and for automations that act on it.

    A tag is kept in small letters. One that the conversation has already changes nothing.

    Errors: invalid_tag (empty, longer than 100 characters, or of several lines).

    Example:
        TAG CONVERSATION "urgent"
        TALK "I have told a colleague."    ' bot: I have told a colleague.
    """
    tagging = Tagging(turn.work, turn.tasks.actor)
    await tagging.tag(turn.conversation_id, values.text(tag), bot=turn.bot)
