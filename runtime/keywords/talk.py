"""TALK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("TALK <text>...", returns="nothing")
def talk(turn: Turn, text: list[Value]) -> None:
    """Says something to the person: one message, its values written one after another.

    Messages arrive in the order of the statements. They leave when the script next waits or ends, all of them or,
    when the script fails, none. `TALK ""` is a message without words.

    Example:
        name = "Ana"
        TALK "Hello, ", name, "! ", 2 + 1, " things to do."     ' bot: Hello, Ana! 3 things to do.
        TALK ""                                                 ' bot:
        TALK [1, 2] IS NULL                                     ' bot: false
    """
    turn.say("".join(map(values.text, text)))
