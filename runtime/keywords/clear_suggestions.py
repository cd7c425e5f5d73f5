"""CLEAR SUGGESTIONS."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.turn import Turn


@keyword("CLEAR SUGGESTIONS", returns="nothing")
def clear_suggestions(turn: Turn) -> None:
    """Takes back the answers that were suggested since the script last waited.

    Those that the person has seen already go with the next answer, by themselves.

    Example:
        ADD SUGGESTION "tea"
        ADD SUGGESTION "coffee"
        CLEAR SUGGESTIONS
        ADD SUGGESTION "water"
        drink = HEAR "What do you drink?"
        ' bot: What do you drink?
        ' suggests: water
        ' user: water
        TALK drink                              ' bot: water
    """
    turn.clear_suggestions()
