"""`tasktalk schedules`: what runs by itself and when next, and how to pause and resume it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._steering import ACTOR, MOST_LISTED, Listing, check_name, db_option, json_option, show, steer

if TYPE_CHECKING:
    from tasktalk.storage.database import Database

_EXAMPLES = """\b
Examples:
  tasktalk schedules                      every schedule, and when it runs next
  tasktalk schedules support --json       those of the bot support, for programs
  tasktalk schedules pause sch_0k3v…      let one run at none of its times
  tasktalk schedules resume sch_0k3v…     and at them again
"""


@click.group("schedules", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Look at what runs by itself, and pause or resume it.

    Times are UTC. Without a command: list. `tasktalk schedules list --help` shows its options.
    """


@command.command("list", epilog=_EXAMPLES)
@click.argument("bot", required=False)
@click.option("--after", default="", metavar="ID", help="Those that came to be after this one.")
@json_option
@db_option
def listing(bot: str | None, after: str, as_json: bool, db: str) -> None:
    """List the schedules of scripts, talks and tasks, with the time at which each runs next.

    A bot that is named like a command is listed with `tasktalk schedules list BOT`.
    """
    found = steer(db, lambda database: _found(database, bot, after))
    show([_record(row) if as_json else _shown(row) for row in found], as_json, "Nothing runs by itself.")
    if len(found) >= MOST_LISTED:
        click.echo(f"There may be more: go on with --after {found[-1]['id']}.", err=True)


@command.command("pause", epilog=_EXAMPLES)
@click.argument("schedule_id", metavar="ID")
@db_option
def pause(schedule_id: str, db: str) -> None:
    """Let a schedule run at none of its times, until it is resumed."""
    _steer(schedule_id, db, is_paused=True)
    click.echo(f"The schedule {schedule_id} is paused.")


@command.command("resume", epilog=_EXAMPLES)
@click.argument("schedule_id", metavar="ID")
@db_option
def resume(schedule_id: str, db: str) -> None:
    """Let a schedule run at its times again.

    The times that came meanwhile make no run: one note among its runs tells of all of them.
    """
    _steer(schedule_id, db, is_paused=False)
    click.echo(f"The schedule {schedule_id} goes on.")


def _steer(schedule_id: str, db: str, *, is_paused: bool) -> None:
    from tasktalk.runtime import pausing
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.sessions import COMMAND
    from tasktalk.storage.writes import Conflict

    now = RealClock().now()
    try:
        steer(
            db,
            lambda database: pausing.steer(database, now, schedule_id, ACTOR, COMMAND, is_paused=is_paused),
            is_change=True,
        )
    except Conflict:
        raise click.ClickException("the schedule never stood still: try it again") from None


async def _found(database: "Database", bot: str | None, after: str) -> Sequence[Mapping[str, Any]]:
    from tasktalk.storage import names, schedules

    async with database.read() as reader:
        found = await schedules.listed(reader, MOST_LISTED, bot, after)
        if bot is not None and not found:
            check_name("bot", bot, await names.bots(reader))
        return found


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        "id",
        "bot",
        "script",
        "task_id",
        "conversation_id",
        "automation_id",
        "spec",
        "words",
        "timezone",
        "misfire",
        "overlap",
    )
    more = ("jitter_seconds", "starts_at", "ends_at", "is_paused", "next_run_at", "fires_at", "held_by", "created_at")
    return {name: row[name] for name in (*names, *more)}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "bot": row["bot"],
        "script": row["script"],
        "for": _purpose(row),
        "times": row["words"] or row["spec"],
        "zone": row["timezone"],
        "next": _next(row),
    }


def _purpose(row: Mapping[str, Any]) -> str:
    if row["task_id"]:
        return f"task {row['task_id']}"
    if row["automation_id"]:
        return f"rule {row['automation_id']}"
    return "a talk" if row["conversation_id"] else "the script"


def _next(row: Mapping[str, Any]) -> object:
    if row["next_run_at"] is None:
        return "no time to come"
    if row["is_paused"]:
        return "paused"
    return "when its run is over" if row["held_by"] else row["next_run_at"]
