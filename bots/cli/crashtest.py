"""`tasktalk crashtest`: kills servers under load, and compares."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tasktalk.bots.crashtest.plan import FAULTS, OF_A_FILE, Plan
from tasktalk.storage.extras import installing

if TYPE_CHECKING:
    from tasktalk.bots.crashtest.report import Report


_FAULTS = "\n".join(f"  {name:<15}{what}" for name, what in FAULTS.items())


@click.command("crashtest", epilog=f"\b\nFaults:\n{_FAULTS}")
@click.option(
    "--conversations", default=200, show_default=True, type=click.IntRange(1, 10_000), help="People who talk."
)
@click.option("--kills", default=50, show_default=True, type=click.IntRange(0, 10_000), help="How often.")
@click.option("--seed", default=1, show_default=True, type=int, help="Makes the same people say the same.")
@click.option("--db", metavar="URL", help="postgresql://…: a database of its own there. Without it, a SQLite file.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 16), help="Servers on one database.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    type=click.Choice(list(FAULTS)),
    help="What goes wrong besides kills; see below.",
)
@click.option("--patience", default=60.0, show_default=True, type=click.FloatRange(1), help="Seconds without progress.")
@click.option("--json", "is_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def command(
    context: click.Context,
    conversations: int,
    kills: int,
    seed: int,
    db: str | None,
    processes: int,
    faults: tuple[str, ...],
    patience: float,
    is_json: bool,
) -> None:
    """Kill servers while people talk to them, and see whether anything is lost or done twice.

    Starts servers of its own on this machine, on databases of its own that it removes again. People talk to a bot,
    first undisturbed, then while servers are killed (kill -9); then every transcript, task and delivery is compared.
    Ends with 0 when all are equal, else with 1. When nobody gets on for the seconds of --patience, something is lost.
    """
    from tasktalk.bots.crashtest.servers import CannotStart
    from tasktalk.storage.errors import DatabaseError

    if len(faults) > 1:
        raise click.UsageError("one --fault at a time: run it once for each of them")
    fault = faults[0] if faults else None
    _check(db, processes, fault)
    plan = Plan(conversations, kills, seed, db, processes, fault, patience)
    folder = Path(tempfile.mkdtemp(prefix="tasktalk-crashtest-"))
    is_kept = False
    try:
        telling = _on_one_line if sys.stderr.isatty() else _nothing if is_json else _in_tenths
        report = asyncio.run(_compare(plan, folder, telling))
        is_kept = not report.is_good
    except (CannotStart, DatabaseError, NothingToCompare) as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        if not is_kept:
            shutil.rmtree(folder)
    click.echo(json.dumps(report.figures()) if is_json else report.table())
    if is_kept:
        click.echo(f"The servers' logs and files are kept in {folder}", err=True)
        context.exit(1)


def _check(db: str | None, processes: int, fault: str | None) -> None:
    """Raises UsageError for what does not go together."""
    if os.name != "posix":
        raise click.UsageError("crashtest needs kill -9, which this system does not have")
    if db is not None and not db.startswith(("postgresql://", "postgres://")):
        raise click.UsageError("--db takes postgresql://…; without it, crashtest makes a SQLite file of its own")
    if processes > 1 and db is None:
        raise click.UsageError("one SQLite file has one process: to share a database, give --db postgresql://…")
    if fault in OF_A_FILE and db is not None:
        raise click.UsageError(f"--fault {fault} is for a SQLite file: leave out --db")
    if fault == "disk-full" and sys.platform != "linux":
        raise click.UsageError("--fault disk-full needs Linux")
    if find_spec("cryptography") is None:
        raise click.UsageError(f"crashtest signs as Discord does, which needs a library: type {installing('channels')}")


class NothingToCompare(Exception):
    """The play without kills went wrong; the message says how."""


def _on_one_line(what: str, done: int, total: int) -> None:
    click.echo(f"\r{what}: {done:,} of {total:,} steps ", nl=done == total, err=True)


def _in_tenths(what: str, done: int, total: int) -> None:
    """A line now and then, for the log of a machine."""
    if done * 10 // total > (done - 1) * 10 // total:
        click.echo(f"{what}: {done:,} of {total:,} steps", err=True)


def _nothing(what: str, done: int, total: int) -> None:
    """Who asks for JSON reads no words."""


async def _compare(plan: Plan, folder: Path, told: Callable[[str, int, int], None]) -> "Report":
    from tasktalk.bots.crashtest.outcome import compared
    from tasktalk.bots.crashtest.play import play
    from tasktalk.bots.crashtest.report import Report

    calm, stormy = folder / "calm", folder / "stormy"
    calm.mkdir()
    stormy.mkdir()
    started = time.monotonic()
    expected = await play(plan.without_kills, calm, partial(told, "undisturbed"))
    if not expected.is_complete:
        raise NothingToCompare("the talks come to no end, even undisturbed")
    found = await play(plan, stormy, partial(told, "with kills"))
    return Report(plan, expected, found, compared(expected.outcome, found.outcome), time.monotonic() - started)
