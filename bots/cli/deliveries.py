"""`tasktalk deliveries`: messages, mails and calls of webhooks that did not arrive, and a second chance for them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._config import here, with_config_file
from tasktalk.bots.cli._steering import ACTOR, MOST_LISTED, Listing, check_name, db_option, json_option, show, steer

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tasktalk.storage.database import Database
    from tasktalk.storage.deliveries import Which

_EXAMPLES = """\b
Examples:
  tasktalk deliveries                          what was given up, and what is tried again
  tasktalk deliveries --dead --channel post    what was given up on one channel
  tasktalk deliveries --channel task-mail      mails to users about tasks; task-webhook: calls of webhooks
  tasktalk deliveries retry msg_0k3v…          try one of them again
  tasktalk deliveries retry --all              try all that were given up again
"""


@click.group("deliveries", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Look for messages that were not delivered, and try them again.

    A message is tried twenty times, with growing pauses; then it is dead, and those behind it go on. So are mails to
    users about tasks (task-mail) and calls of webhooks (task-webhook). Times are UTC. Without a command: list.
    `tasktalk deliveries list --help` shows its options.
    """


@command.command("list", epilog=_EXAMPLES)
@click.option("--dead", "which", flag_value="dead", help="Those that were given up.")
@click.option("--waiting", "which", flag_value="waiting", help="All in line, also those that nobody has tried yet.")
@click.option("--parked", "which", flag_value="parked", help="Messages of contacts that ended the server each time.")
@click.option("--withheld", "which", flag_value="withheld", help="What bots said to people who have opted out.")
@click.option("--channel", metavar="NAME", help="Those of one channel.")
@json_option
@with_config_file
@db_option
def listing(which: "Which | None", channel: str | None, as_json: bool, configuration: "Path | None", db: str) -> None:
    """List messages that were not delivered: dead ones, and those that failed and are tried again.

    The web chat and plain webhooks fetch what the bot says: what waits there waits for the contact to come back.
    What waits for a channel that tasktalk.toml does not name any more goes when it names it again.
    """
    kinds: tuple[Which, ...] = (which,) if which else ("dead", "failing")
    found = steer(db, lambda database: _found(database, kinds, channel))
    tried = {row["conversation_id"]: row["id"] for row in found if row["status"] == "pending" and row["attempts"]}
    gone = _gone({row["channel"] for row in found}, configuration or here())
    rows = found if as_json else [_shown(row, tried, gone.get(row["channel"])) for row in found]
    show(rows, as_json, "There are no such messages.")
    if len(found) >= MOST_LISTED:
        click.echo(f"There may be more: these are the eldest {MOST_LISTED:,} of their kind.", err=True)


@command.command("retry", epilog=_EXAMPLES)
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--all", "is_all", is_flag=True, help="Every message that is dead.")
@click.option("--channel", metavar="NAME", help="With --all: those of one channel.")
@db_option
def retry(ids: tuple[str, ...], is_all: bool, channel: str | None, db: str) -> None:
    """Put dead messages back in line, with a fresh count of attempts.

    A server that runs takes them up within seconds, else the next one that starts. In its conversation a message goes
    out before all that was said after it and still waits; what was said after it and has arrived stays where it is, so
    the contact gets the old message after newer ones.

    A parked message of a contact can be named, too, when what ended the server is mended: it is heard as if it came in
    now, by whatever waits in its conversation.
    """
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.deliveries import put_back

    if bool(ids) == is_all:
        raise click.UsageError("name the messages that are to be tried again, or take --all for every dead one")
    if channel is not None and not is_all:
        raise click.UsageError("--channel goes with --all")
    now = RealClock().now()

    async def work(database: "Database") -> Sequence[str]:
        if is_all:
            return await _put_all_back(database, now, channel)
        return await put_back(database, now, ids, ACTOR, with_parcels=True)

    done = steer(db, work, is_change=True)
    click.echo(f"{len(done):,} message{'' if len(done) == 1 else 's'} back in line.")


async def _found(database: "Database", kinds: "tuple[Which, ...]", channel: str | None) -> list[Mapping[str, Any]]:
    from tasktalk.runtime.deliveries import listed

    async with database.read() as reader:
        found = [row for which in kinds for row in await listed(reader, which, MOST_LISTED, channel)]
    if not found:
        await _check(database, channel)
    return sorted(found, key=lambda row: (row["created_at"], row["id"]))


async def _put_all_back(database: "Database", now: "datetime", channel: str | None) -> Sequence[str]:
    from tasktalk.runtime.deliveries import put_all_back

    done = await put_all_back(database, now, channel, ACTOR, with_parcels=True)
    if not done:
        await _check(database, channel)
    return done


async def _check(database: "Database", channel: str | None) -> None:
    from tasktalk.runtime.deliveries import PARCELS
    from tasktalk.storage import names

    if channel is not None:
        async with database.read() as reader:
            check_name("channel", channel, [*await names.channels(reader), *PARCELS])


def _gone(channels: Collection[str], path: "Path | None") -> Mapping[str, str]:
    """Of these channels those that the file does not name, each with what is told of it."""
    from tasktalk.bots.configuration import has_channel

    if path is None:
        return {}
    return {name: f"{path} names no channel {name}" for name in channels if not has_channel(path, name)}


def _shown(row: Mapping[str, Any], tried: Mapping[str | None, str], gone: str | None) -> dict[str, Any]:
    """What is told of a message; `tried` are those, by their talks, behind which all others of these wait. `gone` is
    what keeps it here."""
    again, first = row["next_attempt_at"], tried.get(row["conversation_id"])
    state = row["status"]
    if state == "pending":
        if again and row["attempts"]:
            state = f"again at {again:%Y-%m-%d %H:%M:%S}"
        else:
            state = f"behind {first}" if row["conversation_id"] and first else "waiting"
        state = f"{state}; {gone}" if gone else state
    return {
        "id": row["id"],
        "bot": row["bot"],
        "channel": row["channel"],
        "contact": row["contact"],
        "since": row["created_at"],
        "attempts": row["attempts"],
        "state": state,
        "error": row["error"],
    }
