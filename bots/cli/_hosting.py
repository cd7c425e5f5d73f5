"""What the commands have in common that run until somebody stops them."""

import asyncio
import gc
import signal
from collections.abc import Coroutine
from typing import Any
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


def run_until_done(work: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run`, with the stack that scripts need below everything instead of anew for each turn."""
    from tasktalk.interpreter.stack import on_big_stack

    on_big_stack(lambda: asyncio.run(work))


def settle_memory() -> None:
    """What a process has made by the time it serves stays: the collector need not look at it again and again.

    Between turns little is made that refers to itself, so it looks less often, too. A look at all sessions that are
    kept in memory would make everything else late.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def passwords(url: str) -> set[str]:
    """The password in a database's URL, as it is written there and as it is."""
    found = url.partition("://")[2].partition("@")[0].partition(":")[2] if "@" in url else ""
    return {found, unquote(found)} - {""}
