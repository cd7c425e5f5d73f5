"""What the commands have in common that look into a database and steer what is in it, be it served meanwhile or not."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tasktalk.bots.cli._hosting import DB_HELP

if TYPE_CHECKING:
    from tasktalk.storage.database import Database

ACTOR = "command line"
MOST_LISTED = 1000
MOST_NAMED = 20

T = TypeVar("T")

db_option = click.option("--db", default="tasktalk.db", show_default=True, metavar="URL", help=DB_HELP)
json_option = click.option("--json", "as_json", is_flag=True, help="One object a line, as JSON.")


class Listing(click.Group):
    """A group whose command `list` is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named else ["list", *args])


def steer(db: str, work: "Callable[[Database], Awaitable[T]]", *, is_change: bool = False, may_make: bool = False) -> T:
    """What `work` gives for the database, which must be there unless it may be made; a change is told to the processes
    that serve it.

    Raises ClickException for what is refused or cannot be.
    """
    from tasktalk.interpreter.errors import Refused
    from tasktalk.storage.database import new_file
    from tasktalk.storage.errors import DatabaseError

    try:
        if (file := new_file(db)) is not None and not may_make:
            raise DatabaseError(f"there is no database {file}: give the one that is served, with --db")
        done = asyncio.run(_steer(db, work, is_change))
    except (DatabaseError, Refused) as problem:
        raise click.ClickException(str(problem)) from None
    if file is not None:
        click.echo(f"This made a new database: {file}. To use another one, give it with --db.", err=True)
    return done


async def _steer(db: str, work: "Callable[[Database], Awaitable[T]]", is_change: bool) -> T:
    from tasktalk.runtime.sharing import tell_all
    from tasktalk.storage.database import Database

    database = await Database.open(db)
    try:
        done = await work(database)
        if is_change:
            await tell_all(database)
        return done
    finally:
        await database.close()


def check_name(kind: str, name: str, known: Sequence[str]) -> None:
    """Raises ClickException for a name that the database has never met, which is probably a slip."""
    from tasktalk.interpreter.errors import nearest

    if name in known:
        return
    near = nearest(name, known)
    listed = f"; it knows {', '.join(known[:MOST_NAMED])}{', …' if known[MOST_NAMED:] else ''}" if known else ""
    raise click.ClickException(f"the database knows no {kind} {name!r}{f'; did you mean {near}?' if near else listed}")


def show(rows: Sequence[Mapping[str, Any]], as_json: bool, nothing: str) -> None:
    """Prints rows: as JSON, or as a table of their values under their names; `nothing` where there are none."""
    if as_json:
        for row in rows:
            click.echo(json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
        return
    table = [[name.upper() for name in rows[0]], *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return "-" if value is None else " ".join(str(value).split())
