"""PUT."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import ask
from tasktalk.runtime.turn import Turn


@keyword("PUT <address>[, <body>]", returns="any", is_open=True)
async def put(turn: Turn, address: Value, body: Value = None) -> Value:
    """Puts something in the place of what another service has at a web address, and gives its answer.

    What is sent, and what comes back, is as with POST.

    Errors: forbidden-address, http-error, invalid-url, limit, no-connection, timeout.

    Example:
        ' service: PUT https://api.example.com/orders/7 -> {"id": 7, "count": 5}
        order = PUT "https://api.example.com/orders/7", {fruit: "apple", count: 5}
        TALK order.count                        ' bot: 5
    """
    return await ask(turn, "PUT", address, body)
