"""`tasktalk simulate`: what would happen, days in seconds."""

import logging
import sys
import time
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._hosting import run_until_done, settle_memory, stop_signal
from tasktalk.bots.cli._limits import with_limits
from tasktalk.bots.cli._years import YEARS

if TYPE_CHECKING:
    from tasktalk.bots.simulation.calendar import Calendar
    from tasktalk.bots.simulation.play import Plan
    from tasktalk.runtime.bots import Bots

MOST_DAYS = 366
ALL = "all"
INTERRUPTED = 130
_EXAMPLES = """\b
Examples:
  tasktalk simulate all --from 2026-03-01 --days 31
  tasktalk simulate reports --days 7 --down 02:00-05:00 --down 23:30-00:15
  tasktalk simulate all --db tasktalk.db --days 14 --html calendar.html
"""


class _Day(click.ParamType[Any]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            found = date.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a day that there is, such as 2026-03-01, got {value!r}")
        if found.year not in YEARS:
            self.fail(f"expected a day of the years {YEARS[0]} to {YEARS[-1]}, got {value!r}")
        return found


class _Window(click.ParamType[Any]):
    name = "window"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from tasktalk.bots.simulation.downs import Down

        try:
            return Down.read(value)
        except ValueError as problem:
            self.fail(str(problem))


@click.command("simulate", epilog=_EXAMPLES)
@click.argument("bot", metavar="BOT|all")
@click.option(
    "--from", "start", type=_Day(), metavar="DATE", help="The first day, from midnight UTC; today without it."
)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, MOST_DAYS), metavar="N")
@click.option(
    "--down",
    "downs",
    multiple=True,
    type=_Window(),
    metavar="HH:MM-HH:MM",
    help="The server is down then, every day; may be given several times.",
)
@click.option(
    "--bots",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Each folder in it is a bot. Without it, the bots that come with TaskTalk.",
)
@click.option(
    "--db", metavar="URL", help="Begin with a copy of the tasks and schedules there. Nothing is written to it."
)
@click.option("--seed", type=int, metavar="NUMBER", help="Let chance in scripts be the same each time.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: what happened, and in the end a summary.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a calendar that any browser shows.",
)
@with_limits
@click.pass_context
def command(
    context: click.Context,
    bot: str,
    start: date | None,
    days: int,
    downs: tuple[Any, ...],
    folder: Path | None,
    db: str | None,
    seed: int | None,
    as_json: bool,
    page: Path | None,
) -> None:
    """Show what would happen in some days: runs, waits, messages, overdue tasks, notifications.

    The real server runs on a clock that goes on as fast as its work is done, in a world of its own. Nothing goes
    outside: mails, webhooks and messages are noted, and other services answer scripts with an empty record. All bots
    are there; of one that is named, its own part is shown, mails and notifications about its tasks among it, with what
    is of no bot: tasks that have none, webhooks. Times are UTC.

    Ends with 0; with 1 when a script failed or has mistakes. Ctrl-C shows what has happened so far, and ends with 130.
    """
    from tasktalk.bots.assembly import shipped_bots
    from tasktalk.bots.simulation.play import Plan
    from tasktalk.storage.errors import DatabaseError

    if page is not None and not page.parent.is_dir():
        raise click.ClickException(f"cannot write {page}: there is no folder {page.parent}")
    # What the log would tell is in the calendar.
    logging.getLogger("tasktalk").addHandler(logging.NullHandler())
    logging.getLogger("tasktalk").propagate = False
    first = start or datetime.now(UTC).date()
    plan = Plan(datetime.combine(first, time_of_day(), UTC), days, downs, db)
    try:
        calendar, mistakes = _play(folder or shipped_bots(), bot, plan, seed)
    except DatabaseError as problem:
        raise click.ClickException(str(problem)) from None
    _show(calendar, bot, as_json=as_json, page=page)
    if not calendar.is_whole:
        context.exit(INTERRUPTED)
    context.exit(1 if mistakes or "failed" in calendar.counts else 0)


def _play(folder: Path, bot: str, plan: "Plan", seed: int | None) -> "tuple[Calendar, bool]":
    from tasktalk.bots.assembly import language
    from tasktalk.runtime.bots import Bots
    from tasktalk.runtime.program_cache import ProgramCache, users_folder

    keywords = language()
    bots = Bots.load(folder, keywords, ProgramCache(users_folder()))
    _check(bots, bot, folder)
    for name, problem in bots.problems():
        for found in problem.diagnostics:
            click.echo(found.render(f"{name}/{problem.name}", problem.source), err=True)
    done: list[Calendar] = []

    async def play() -> None:
        from tasktalk.bots.simulation.play import Simulation

        stop = stop_signal()
        settle_memory()
        began = time.monotonic()
        with click.progressbar(length=plan.days * 24, label="Simulating", file=sys.stderr) as bar:

            def goes_on(now: datetime, turns: int) -> bool:
                bar.update(int((now - plan.start).total_seconds() // 3600) - bar.pos)
                return not stop.is_set()

            done.append(await Simulation(bots, keywords, plan, goes_on, seed).play())
        took = f"{time.monotonic() - began:.1f} s"
        days = f"{plan.days} day{'' if plan.days == 1 else 's'}"
        click.echo(f"{days} in {took}." if done[0].is_whole else f"Ended after {took}.", err=True)

    run_until_done(play())
    [calendar] = done
    return calendar if bot == ALL else calendar.of(bot), bool(bots.problems())


def _check(bots: "Bots", bot: str, folder: Path) -> None:
    from tasktalk.interpreter.errors import nearest

    names = bots.names()
    if not names:
        raise click.ClickException(f"there is no bot in {folder}: a bot is a folder with a start.bas")
    if bot == ALL or bot in names:
        return
    near = nearest(bot, [*names, ALL])
    known = f"; there are {', '.join(names[:20])}{', …' if names[20:] else ''}"
    raise click.ClickException(f"there is no bot {bot!r} in {folder}{f'; did you mean {near}?' if near else known}")


def _show(calendar: "Calendar", name: str, *, as_json: bool, page: Path | None) -> None:
    from tasktalk.bots.simulation.page import as_page
    from tasktalk.bots.simulation.text import as_json as lines
    from tasktalk.bots.simulation.text import as_text

    title = "All bots" if name == ALL else name
    if as_json:
        for line in lines(calendar, name):
            click.echo(line)
    else:
        click.echo(as_text(calendar, title))
    if page is not None:
        try:
            page.write_text(as_page(calendar, title), encoding="utf-8", errors="replace")
        except OSError as problem:
            raise click.ClickException(f"cannot write {page}: {problem.strerror or problem}") from None
        click.echo(f"The calendar is in {page}.", err=True)
