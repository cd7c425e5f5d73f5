"""`tasktalk sessions`: the talks that wait for something, and how to end them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._steering import ACTOR, MOST_LISTED, Listing, check_name, db_option, json_option, show, steer

if TYPE_CHECKING:
    from tasktalk.storage.database import Database

_EXAMPLES = """\b
Examples:
  tasktalk sessions                      every session that waits for something
  tasktalk sessions support --json       those of the bot support, for programs
  tasktalk sessions end ses_0k3v…        let one go on no further
  tasktalk sessions restart ses_0k3v…    and let its script begin anew
"""
_reason = click.option("--reason", metavar="TEXT", help="Kept with the session, its run and the event.")


@click.group("sessions", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Look at the sessions that wait for something, and end them or let them begin anew.

    A session is one stretch of a talk, from the first line of its script on. Times are UTC.
    Without a command: list. `tasktalk sessions list --help` shows its options.
    """


@command.command("list", epilog=_EXAMPLES)
@click.argument("bot", required=False)
@json_option
@db_option
def listing(bot: str | None, as_json: bool, db: str) -> None:
    """List the sessions that wait for something, those first that have waited longest.

    A bot that is named like a command is listed with `tasktalk sessions list BOT`.
    """
    found = steer(db, lambda database: _found(database, bot))
    rows = found if as_json else [_shown(row) for row in found]
    show(rows, as_json, "No session waits for anything.")
    if len(found) >= MOST_LISTED:
        click.echo(f"There may be more: these {MOST_LISTED:,} have waited longest.", err=True)


@command.command("end", epilog=_EXAMPLES)
@click.argument("session_id", metavar="ID")
@_reason
@db_option
def end(session_id: str, reason: str | None, db: str) -> None:
    """End a session where it waits. The next message of the contact starts the bot from its beginning.

    Nothing is said to the contact. What the session has done stays; the run that it was for has failed.
    """
    from tasktalk.runtime import sessions

    _change(sessions.end, session_id, reason, db)
    click.echo(f"The session {session_id} has ended.")


@command.command("restart", epilog=_EXAMPLES)
@click.argument("session_id", metavar="ID")
@_reason
@db_option
def restart(session_id: str, reason: str | None, db: str) -> None:
    """End a session and begin its script anew in the same talk, with what it was given.

    A server that runs begins it within seconds, else the next one that starts.
    """
    from tasktalk.runtime import sessions

    _change(sessions.restart, session_id, reason, db)
    click.echo(f"The session {session_id} has ended, and its script begins anew.")


def _change(change: Callable[..., Awaitable[None]], session_id: str, reason: str | None, db: str) -> None:
    from tasktalk.runtime.clock import RealClock
    from tasktalk.storage.writes import Conflict

    now = RealClock().now()
    try:
        steer(db, lambda database: change(database, now, session_id, ACTOR, reason), is_change=True)
    except Conflict:
        raise click.ClickException("the session never stood still: try it again") from None


async def _found(database: "Database", bot: str | None) -> Sequence[Mapping[str, Any]]:
    from tasktalk.storage import names, sessions
    from tasktalk.storage.reading import Damaged

    async with database.read() as reader:
        found = await sessions.waiting(reader, MOST_LISTED, bot)
        if bot is not None and not found:
            check_name("bot", bot, await names.bots(reader))
        return [
            {name: "cannot be read" if isinstance(value, Damaged) else value for name, value in row.items()}
            for row in found
        ]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    from tasktalk.storage.conversations import NEVER

    until: Any = row["until"]
    if until == NEVER:
        until = "a person gives it back"
    elif isinstance(until, datetime) and row["is_expiry"]:
        until = f"{until:%Y-%m-%d %H:%M:%S}, then it ends"
    return {
        "id": row["id"],
        "bot": row["bot"],
        "script": row["script"],
        "channel": row["channel"],
        "contact": row["contact"],
        "waits for": f"task {row['task_id']}" if row["task_id"] else row["waits_for"],
        "since": row["since"],
        "until": until,
    }
