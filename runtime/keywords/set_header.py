"""SET HEADER."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import asking
from tasktalk.runtime.turn import Turn


@keyword(
    "SET HEADER <name>, <value>", "SET HEADER <name> AS <value>", "SET HEADER <name> = <value>", returns="nothing"
)  # fmt: skip
def set_header(turn: Turn, name: Value, value: Value) -> None:
    """Lets a header go with everything that GET, POST and their kin ask from now on, until the script waits.

    A header is often secret, so it is not kept: behind a HEAR or a WAIT it has to be set again. NULL takes it back.

    Errors: invalid-header, limit.

    Example:
        ' service: GET https://api.example.com/me -> {"name": "Ana"}
        SET HEADER "Authorization", "Bearer " + "my-token"
        me = GET "https://api.example.com/me"
        TALK me.name                            ' bot: Ana
    """
    asking.set_header(turn, name, value)
