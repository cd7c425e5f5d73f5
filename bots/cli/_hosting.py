"""What the commands have in common that run until somebody stops them."""

import asyncio
import functools
import gc
import signal
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import unquote

import click

from tasktalk.bots.cli._files import with_files
from tasktalk.bots.cli._keep import KEEP
from tasktalk.bots.cli._mail import with_smtp
from tasktalk.bots.cli._outside import with_private_hosts
from tasktalk.bots.cli._traces import with_traces
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.outside.mail import Smtp
from tasktalk.bots.outside.names import Loop
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.retention import Keep

R = TypeVar("R")

DB_HELP = "A file, sqlite:///file, or postgresql://USER:PASSWORD@HOST/NAME for several processes."


_LONGEST_HOURS = 24 * 365 * 100
_LONGEST_GATHERING = 60
_LONGEST_RUN = 60 * 24 * 365  # minutes
_MOST_TASKS = 1000


def with_hosting(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options of whoever hosts conversations, as its parameter `hosting`."""

    @click.option(
        "--session-hours",
        type=click.IntRange(1, _LONGEST_HOURS),
        metavar="HOURS",
        help="Talks end in which a question has waited for its answer for so long, such as 72 for three days; a "
        "TIMEOUT in the script counts instead. Without it, talks wait for ever.",
    )
    @click.option(
        "--gather",
        "gather_seconds",
        type=click.IntRange(1, _LONGEST_GATHERING),
        metavar="SECONDS",
        help="Messages that somebody sends within so many seconds are heard as one, a line each; every answer comes so "
        "much later. Without it, each message is heard at once.",
    )
    @click.option(
        "--run-minutes",
        type=click.IntRange(1, _LONGEST_RUN),
        default=10,
        show_default=True,
        metavar="MINUTES",
        help="A run of a task that is not done by then ends, and one that begins so soon after the last one goes on in "
        "its conversation. A task can say otherwise.",
    )
    @click.option(
        "--tasks-at-once",
        type=click.IntRange(1, _MOST_TASKS),
        default=3,
        show_default=True,
        metavar="COUNT",
        help="How many of the tasks that are assigned to it a bot does at a time.",
    )
    @KEEP.given_as("keep", "How long what is past stays in the database (30d, 12h, forever)")
    @with_files
    @with_private_hosts
    @with_traces
    @with_smtp
    @functools.wraps(command)
    def hosted(
        *args: Any,
        session_hours: int | None,
        gather_seconds: int | None,
        run_minutes: int,
        tasks_at_once: int,
        keep: Keep,
        files: str | None,
        file_mb: int,
        private_hosts: tuple[str, ...],
        traces: str | None,
        smtp: Smtp | None,
        **options: Any,
    ) -> R:
        conduct = Conduct(
            session_expires_after=None if session_hours is None else timedelta(hours=session_hours),
            gathers_for=None if gather_seconds is None else timedelta(seconds=gather_seconds),
            task_session=timedelta(minutes=run_minutes),
            tasks_at_once=tasks_at_once,
        )
        hosting = Hosting(
            conduct, keep, private_hosts, traces=traces, files=files, most_file_bytes=file_mb << 20, smtp=smtp
        )
        return command(*args, hosting=hosting, **options)

    return hosted


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
    """`asyncio.run`, with the stack that scripts need below everything instead of anew for each turn, and look-ups of
    hosts' names that hold nobody up."""
    from tasktalk.interpreter.stack import on_big_stack

    def run() -> None:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(work)

    on_big_stack(run)


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
