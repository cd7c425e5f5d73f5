"""`tasktalk db`: whether a database is sound, copies of it, its size, and what it has of a person."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._limits import with_limits

if TYPE_CHECKING:
    from tasktalk.runtime.checkup import Checkup

_db = click.option("--db", default="tasktalk.db", show_default=True, metavar="URL", help="A file, or postgresql://….")


@click.group("db")
def command() -> None:
    """Look after a database: check it, copy it, make it smaller, see or remove what it has of a person."""


@command.command("check")
@click.option("--quick", is_flag=True, help="Do not compare indexes with their tables, which takes longest.")
@click.option("--json", "is_json", is_flag=True, help="For programs: one object.")
@_db
@with_limits
def check(db: str, *, quick: bool, is_json: bool) -> None:
    """See whether the database is sound and all that waits in it can go on; a server may run meanwhile.

    Nothing is changed. It ends with 0 when nothing is wrong, else with 1.

    \b
    Example:
      tasktalk db check --db tasktalk.db
    """
    from tasktalk.bots.cli._checkup import as_json, as_text

    found = _run(_check(db, is_quick=quick))
    click.echo(as_json(*found) if is_json else as_text(*found))
    if not found[1].is_sound:
        raise SystemExit(1)


@command.command("vacuum")
@_db
def vacuum(db: str) -> None:
    """Give the space back that nothing needs any more, in small steps; a server may run meanwhile.

    A server does that by itself, too, when it has removed much. A file is read once before, and left as it is when
    it is damaged. On PostgreSQL this is VACUUM (ANALYZE).

    \b
    Example:
      tasktalk db vacuum --db tasktalk.db
    """
    from tasktalk.storage.errors import DatabaseError
    from tasktalk.storage.vacuuming import vacuum as give_back

    with click.progressbar(length=1000, label="Making it smaller", file=sys.stderr) as bar:
        try:
            before, after, is_purged = give_back(db, lambda part: bar.update(round(part * 1000) - bar.pos))
        except DatabaseError as problem:
            raise click.ClickException(str(problem)) from None
    for when, size in (("before", before), ("after", after)):
        unused = "" if size.unused is None else f", {size.unused:,} of them unused"
        click.echo(f"{when + ':':<8}{size.taken:,} bytes{unused}")
    if not is_purged:
        click.echo("The file itself gets smaller when the server writes to it the next time.", err=True)


@command.command("backup")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@_db
def backup(file: Path, db: str) -> None:
    """Copy the database as it is at this moment to a new FILE; a server may run meanwhile.

    \b
    Example:
      tasktalk db backup copy.db --db tasktalk.db
    """
    from tasktalk.storage.copying import backup as copy
    from tasktalk.storage.errors import DatabaseError

    try:
        copy(db, file)
    except DatabaseError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@command.command("export-contact")
@click.argument("contact", metavar="CHANNEL:ADDRESS")
@click.option(
    "-o", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to; without it, it is printed."
)
@click.option("--force", is_flag=True, help="With -o: replace a file that is there.")
@_db
@with_limits
def export_contact(contact: str, file: Path | None, force: bool, db: str) -> None:
    """Write down all that is kept of a person, as JSON: talks, variables, memories, tasks. Contacts that LINK CONTACT
    has made the same person are part of it.

    The file is yours alone to read.

    \b
    Example:
      tasktalk db export-contact web:ana -o ana.json --db tasktalk.db
    """
    channel, address = _parts(contact)
    _check_target(file, is_forced=force)
    found = _run(_export(db, channel, address))
    if found is None:
        raise click.ClickException(f"nobody is known at {contact}")
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        _write_private(file, text)


@command.command("delete-contact")
@click.argument("contact", metavar="CHANNEL:ADDRESS")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_db
def delete_contact(contact: str, yes: bool, db: str) -> None:
    """Remove all that is kept of a person; a server may run meanwhile.

    The contacts that LINK CONTACT has made the same person go, too. Their tasks stay, without their name and address.
    Copies of the database still have all of it, and so have other people's talks and a bot's own memory what a script
    wrote there.

    \b
    Example:
      tasktalk db delete-contact web:ana --db tasktalk.db
    """
    channel, address = _parts(contact)
    if not yes:
        click.confirm(f"Remove all that is kept of {contact}? It cannot be undone.", abort=True, err=True)
    was_known, is_back, is_purged = _run(_delete(db, channel, address))
    if not was_known:
        raise click.ClickException(f"nobody is known at {contact}")
    if not is_purged:
        click.echo("Some of it is in the file beside the database (-wal) until the server writes that anew.", err=True)
    if is_back:
        raise click.ClickException(
            f"all that was kept of {contact} is removed, but they have written again meanwhile: "
            "to remove that too, run this again"
        )
    click.echo(f"Nothing is kept of {contact} any more.")


def _parts(contact: str) -> tuple[str, str]:
    channel, colon, address = contact.partition(":")
    if not colon or not channel or not address:
        raise click.BadParameter(f"expected CHANNEL:ADDRESS, such as web:ana, got {contact!r}")
    return channel, address


def _check_target(file: Path | None, *, is_forced: bool) -> None:
    """Raises for what cannot be written before anything is read for it."""
    if file is None:
        if is_forced:
            raise click.UsageError("--force goes with -o")
    elif not file.parent.is_dir():
        raise click.ClickException(f"cannot write {file}: there is no folder {file.parent}")
    elif file.exists() and not is_forced:
        raise click.ClickException(f"there is a file {file} already: give another name, or --force to replace it")


def _write_private(file: Path, text: str) -> None:
    """Writes a file that is this user's alone, whole or not at all, in place of what is there."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        try:
            part.touch(0o600, exist_ok=False)
            part.write_text(text, encoding="utf-8", errors="surrogatepass")
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise click.ClickException(f"cannot write {file}: {problem.strerror or problem}") from None


def _run(work: Any) -> Any:
    from tasktalk.storage.errors import DatabaseError
    from tasktalk.storage.writes import Conflict

    try:
        return asyncio.run(work)
    except DatabaseError as problem:
        raise click.ClickException(str(problem)) from None
    except Conflict:
        raise click.ClickException(
            "the person keeps writing, and some of it is still there: run this again when they have stopped"
        ) from None


async def _check(db: str, *, is_quick: bool) -> "tuple[str, Checkup]":
    from tasktalk.bots.assembly import language
    from tasktalk.runtime.checkup import checkup
    from tasktalk.runtime.clock import RealClock
    from tasktalk.storage.inspection import inspected

    async with inspected(db) as found:
        return found.name, await checkup(found, language(), RealClock().now(), is_quick=is_quick)


async def _export(db: str, channel: str, address: str) -> dict[str, Any] | None:
    from tasktalk.bots.assembly import language
    from tasktalk.runtime.people import People
    from tasktalk.storage.database import Database, existing

    existing(db).close()
    database = await Database.open(db)
    try:
        return await People(database).export(channel, address, language())
    finally:
        await database.close()


async def _delete(db: str, channel: str, address: str) -> tuple[bool, bool, bool]:
    from tasktalk.runtime.people import People
    from tasktalk.runtime.sharing import tell_all
    from tasktalk.storage.database import Database, existing

    existing(db).close()
    database = await Database.open(db)
    try:
        people = People(database)
        was_known = await people.delete(channel, address)
        await tell_all(database)
        is_purged = await database.purge()
        return was_known, await people.is_known(channel, address), is_purged
    finally:
        await database.close()
