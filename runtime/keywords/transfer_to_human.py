"""TRANSFER TO HUMAN."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("TRANSFER TO HUMAN [<reason>]", returns="nothing")
def transfer_to_human(turn: Turn, reason: Value = None) -> None:
    """Gives the conversation to a person: the bot is silent in it until it is given back.

    What the script says before it next waits still arrives. What the contact writes from then on is kept and answers no
    HEAR; waits that end and schedules that come due in this conversation are made up for when the bot has it back.

    Example:
        TRANSFER TO HUMAN "wants a refund"
        TALK "A colleague will be with you."    ' bot: A colleague will be with you.
        HEAR more
                                                ' user: hello?
    """
    turn.hand_over(values.text_or_none(reason))
