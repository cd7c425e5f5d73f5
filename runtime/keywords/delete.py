"""DELETE."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import ask
from tasktalk.runtime.turn import Turn


@keyword("DELETE <address>", returns="any", is_open=True)
async def delete(turn: Turn, address: Value) -> Value:
    """Removes what another service has at a web address, and gives its answer. The same as DELETE HTTP.

    What comes back is as with POST.

    Errors: forbidden-address, http-error, invalid-url, limit, no-connection, timeout.

    Example:
        ' service: DELETE https://api.example.com/orders/7 -> 204
        DELETE "https://api.example.com/orders/7"
        TALK "It is cancelled."                 ' bot: It is cancelled.
    """
    return await ask(turn, "DELETE", address)
