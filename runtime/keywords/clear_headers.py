"""CLEAR HEADERS."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.turn import Turn


@keyword("CLEAR HEADERS", returns="nothing")
def clear_headers(turn: Turn) -> None:
    """Takes back every header that SET HEADER set.

    Example:
        SET HEADER "Authorization", "Bearer my-token"
        CLEAR HEADERS
        TALK "No header goes along."            ' bot: No header goes along.
    """
    turn.headers.clear()
