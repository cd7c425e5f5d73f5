"""`tasktalk talks`: the conversations that people have taken over from bots, and what they write there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._steering import ACTOR, MOST_LISTED, Listing, check_name, db_option, json_option, show, steer

if TYPE_CHECKING:
    from datetime import datetime

    from tasktalk.runtime.work import UnitOfWork
    from tasktalk.storage.database import Database
    from tasktalk.storage.writes import Row

_LAST_LETTERS, _ATTEMPTS = 60, 20
_EXAMPLES = """\b
Examples:
  tasktalk talks                              every conversation that waits for a person
  tasktalk talks show cnv_0k3v…               what was said in one
  tasktalk talks say cnv_0k3v… "Hello, I am Carla."
  tasktalk talks give-back cnv_0k3v…          the bot goes on
  tasktalk talks take-over cnv_0k3v…          take one that the bot has
"""
_talk_id = click.argument("conversation_id", metavar="ID")


@click.group("talks", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Take conversations over from bots, write in them, and give them back.

    A script gives one to a person by TRANSFER TO HUMAN; its bot is silent there until it has it back. Times are UTC.
    Without a command: list. `tasktalk talks list --help` shows its options.
    """


@command.command("list", epilog=_EXAMPLES)
@click.argument("bot", required=False)
@json_option
@db_option
def listing(bot: str | None, as_json: bool, db: str) -> None:
    """List the conversations that are with a person, those first that have been so longest.

    A bot that is named like a command is listed with `tasktalk talks list BOT`.
    """
    found = steer(db, lambda database: _found(database, bot))
    rows = found if as_json else [_line(row) for row in found]
    show(rows, as_json, "No conversation waits for a person.")
    if len(found) >= MOST_LISTED:
        click.echo(f"There may be more: these {MOST_LISTED:,} have waited longest.", err=True)


@command.command("show", epilog=_EXAMPLES)
@_talk_id
@json_option
@db_option
def showing(conversation_id: str, as_json: bool, db: str) -> None:
    """Show the newest messages of a conversation, whoever has it."""
    rows = steer(db, lambda database: _said(database, conversation_id))
    show(rows, as_json, "Nothing was said there.")


@command.command("say", epilog=_EXAMPLES)
@_talk_id
@click.argument("text")
@db_option
def say(conversation_id: str, text: str, db: str) -> None:
    """Write to the contact of a conversation that a person has.

    A server that runs brings it out within seconds, else the next one that starts.
    """
    from tasktalk.runtime import staffing

    row = _change(lambda work: staffing.say(work, conversation_id, ACTOR, text), db)
    click.echo(f"It is on its way: {row['id']}.")


@command.command("take-over", epilog=_EXAMPLES)
@_talk_id
@click.option("--reason", metavar="TEXT", help="Shown in the list, and kept with the event.")
@db_option
def take_over(conversation_id: str, reason: str | None, db: str) -> None:
    """Take a conversation from its bot, which is silent in it from then on."""
    from tasktalk.runtime import staffing

    _change(lambda work: staffing.take_over(work, conversation_id, ACTOR, reason), db)
    click.echo(f"The conversation {conversation_id} is with a person.")


@command.command("give-back", epilog=_EXAMPLES)
@_talk_id
@db_option
def give_back(conversation_id: str, db: str) -> None:
    """Give a conversation back to its bot, which makes up for the timers and schedules that were held meanwhile."""
    from tasktalk.runtime import handover

    _try(lambda database, now: handover.give_back(database, now, conversation_id, ACTOR), db)
    click.echo(f"The bot has the conversation {conversation_id}.")


def _change(action: "Callable[[UnitOfWork], Awaitable[Row]]", db: str) -> "Row":
    from tasktalk.runtime.work import UnitOfWork

    async def change(database: "Database", now: "datetime") -> "Row":
        work = UnitOfWork(database, now)
        done = await action(work)
        await work.commit()
        return done

    done: Row = _try(change, db)
    return done


def _try(change: "Callable[[Database, datetime], Awaitable[Any]]", db: str) -> Any:
    from tasktalk.runtime.clock import RealClock
    from tasktalk.storage.writes import Conflict

    async def try_again(database: "Database") -> Any:
        for left in reversed(range(_ATTEMPTS)):
            try:
                return await change(database, RealClock().now())
            except Conflict:
                if not left:
                    raise click.ClickException("the conversation never stood still: try it again") from None
        raise AssertionError("the last attempt returns or raises")

    return steer(db, try_again, is_change=True)


async def _found(database: "Database", bot: str | None) -> list[Mapping[str, Any]]:
    from tasktalk.storage import names, talks

    async with database.read() as reader:
        rows = await talks.with_person(reader, MOST_LISTED, bot)
        if bot is not None and not rows:
            check_name("bot", bot, await names.bots(reader))
        return [{**row, "last": [each["text"] for each in await talks.said(reader, row["id"], 1)]} for row in rows]


async def _said(database: "Database", conversation_id: str) -> Sequence[Mapping[str, Any]]:
    from tasktalk.interpreter.errors import Refused
    from tasktalk.runtime.staffing import SAID_BY
    from tasktalk.storage import talks

    async with database.read() as reader:
        if await talks.by_id(reader, conversation_id) is None:
            raise Refused("conversation_not_found", f"Conversation {conversation_id} not found")
        rows = await talks.said(reader, conversation_id, MOST_LISTED)
    return [
        {
            "at": row["created_at"],
            "who": "contact" if row["direction"] == "in" else (row["detail"] or {}).get(SAID_BY, "bot"),
            "text": row["text"],
            "state": row["status"],
        }
        for row in rows
    ]


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    last = " ".join("".join(row["last"]).split())
    return {
        "id": row["id"],
        "bot": row["bot"],
        "channel": row["channel"],
        "contact": row["contact"],
        "name": row["name"],
        "since": row["since"],
        "reason": row["reason"],
        "last message": last if len(last) <= _LAST_LETTERS else f"{last[:_LAST_LETTERS]}…",
    }
