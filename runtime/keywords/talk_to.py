"""TALK TO."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("TALK TO <who>, <text>...", returns="nothing")
async def talk_to(turn: Turn, who: Value, text: list[Value]) -> None:
    """Says something to somebody else, in their own talk with the bot.

    The address is the one that a channel knows them by, such as a phone number. Where several channels know it, that of
    this talk is taken, or else that in which they have talked with this bot; otherwise name the channel before it:
    `"telegram:1234"`. With the channel's name it may also be somebody who never wrote; without it, it has to be
    somebody who wrote to this server. It leaves with the messages of this talk, all of them or none. Whoever is talked
    to answers the script of their own talk, not this one.

    Errors: unknown-channel, unknown-contact.

    Example:
        TRY
            TALK TO "+55 11 91234-5678", "Your order is on its way."
        CATCH e
            TALK e.code                         ' bot: unknown-contact
        END TRY
        TALK TO user, "This is you."            ' bot: This is you.
    """
    await turn.say_to(values.text(who).strip(), "".join(map(values.text, text)))
