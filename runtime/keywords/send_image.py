"""SEND IMAGE."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("SEND IMAGE <url>[, <caption>]", returns="nothing")
def send_image(turn: Turn, url: Value, caption: Value = None) -> None:
    """Sends a picture that lies at a web address, with a caption if one is given.

    A channel that has no pictures sends the caption and the address.

    Errors: invalid-url.

    Example:
        SEND IMAGE "https://example.com/shop.jpg", "Our shop"
        ' bot: Our shop https://example.com/shop.jpg
    """
    turn.send("image", url, caption)
