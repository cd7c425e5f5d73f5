"""What the commands have in common that run until somebody stops them."""

import asyncio
import signal
from urllib.parse import unquote

DB_HELP = "A file, sqlite:///file, or postgresql://USER:PASSWORD@HOST/NAME for several processes."


def stop_signal() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; a second one ends the process as usual."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    return stop


def passwords(url: str) -> set[str]:
    """The password in a database's URL, as it is written there and as it is."""
    found = url.partition("://")[2].partition("@")[0].partition(":")[2] if "@" in url else ""
    return {found, unquote(found)} - {""}
