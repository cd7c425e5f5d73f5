"""POST."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.asking import ask
from tasktalk.runtime.turn import Turn


@keyword("POST <address>[, <body>]", returns="any", is_open=True)
async def post(turn: Turn, address: Value, body: Value = None) -> Value:
    """Sends something new to another service at a web address, and gives its answer.

    A record, a list or a number goes as JSON, a text as it is; a record goes as a form after
    SET HEADER "Content-Type", "application/x-www-form-urlencoded". JSON comes back as the value that it spells,
    anything else as a text, nothing as NULL. If the server is killed meanwhile, the same is sent again only where
    nobody can know whether it arrived, with the same `Idempotency-Key`.

    Errors: forbidden-address, http-error, invalid-url, limit, no-connection, timeout.

    Example:
        ' service: POST https://api.example.com/orders -> 201 {"id": 7}
        order = POST "https://api.example.com/orders", {fruit: "apple", count: 3}
        TALK "Your order has the number " + order.id        ' bot: Your order has the number 7
    """
    return await ask(turn, "POST", address, body)
