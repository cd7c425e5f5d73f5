"""PATCH."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import ask
from tasktalk.runtime.turn import Turn


@keyword("PATCH <address>[, <body>]", returns="any", is_open=True)
async def patch(turn: Turn, address: Value, body: Value = None) -> Value:
    """Changes a part of what another service has at a web address, and gives its answer.

    What is sent, and what comes back, is as with POST.

    Errors: forbidden-address, http-error, invalid-url, limit, no-connection, timeout.

    Example:
        ' service: PATCH https://api.example.com/orders/7 -> {"id": 7, "count": 4}
        order = PATCH "https://api.example.com/orders/7", {count: 4}
        TALK order.count                        ' bot: 4
    """
    return await ask(turn, "PATCH", address, body)
