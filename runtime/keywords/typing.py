"""TYPING."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.turn import Turn


@keyword("TYPING", returns="nothing")
def typing(turn: Turn) -> None:
    """Shows the bot as writing while the script waits next, on channels that can show it; elsewhere it does nothing.

    The chat page shows it until the bot goes on; Telegram, WhatsApp, Teams, Discord and threads of Slack for a while.
    They show it also while a script takes its time. After a server's restart it is not shown again.

    Example:
        TALK "Let me look that up."             ' bot: Let me look that up.
        TYPING
        WAIT 3 SECONDS                          ' after: 3s
        TALK "Here it is."                      ' bot: Here it is.
    """
    turn.is_typing = True
