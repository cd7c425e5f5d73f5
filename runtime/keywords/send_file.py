"""SEND FILE."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@keyword("SEND FILE <url>[, <caption>]", returns="nothing")
def send_file(turn: Turn, url: Value, caption: Value = None) -> None:
    """Sends a file that lies at a web address, with a caption if one is given.

    A channel that has no files sends the caption and the address.

    Errors: invalid-url.

    Example:
        SEND FILE "https://example.com/price-list.pdf", "Our prices"
        ' bot: Our prices https://example.com/price-list.pdf
    """
    turn.send("file", url, caption)
