"""ADD SUGGESTION."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("ADD SUGGESTION <value> [AS <label>]", "ADD SUGGESTION <label>, <value>", returns="nothing")
def add_suggestion(turn: Turn, value: Value, label: Value = None) -> None:
    """Offers a ready answer: a button where the channel has buttons, else a number below the message.

    The suggestions go with the last message before the script waits. Whoever takes one, by its button, its words, or
    its number where numbers are shown and none is asked for, answers with its value; anything else may still be
    answered. `AS` gives the button other words than the answer that it stands for; so do two values, the words of the
    button first.

    Example:
        ADD SUGGESTION "hours" AS "Opening hours"
        ADD SUGGESTION "prices"
        topic = HEAR "What do you want to know?"
        ' bot: What do you want to know?
        ' suggests: Opening hours | prices
        ' user: opening hours
        TALK topic              ' bot: hours
    """
    answer = values.text(value)
    turn.suggest(answer, answer if label is None else values.text(label))
