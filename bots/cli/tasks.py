"""`tasktalk tasks`: tasks out to files, and in from files."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tasktalk.bots.cli._accounts import administer, org_option, user_named
from tasktalk.bots.cli._steering import db_option, steer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tasktalk.runtime.accounts import Accounts, User
    from tasktalk.runtime.administration import Administration
    from tasktalk.runtime.tasks.model import Task
    from tasktalk.runtime.tasks.moving import Wrong
    from tasktalk.runtime.tasks.papers import Form
    from tasktalk.storage.database import Database

_FORMS: "Final[tuple[Form, ...]]" = ("json", "jsonl", "csv")
_SHOWN = 20
_EXAMPLES = """\b
Examples:
  tasktalk tasks export -o tasks.csv             all of them, for a program for tables
  tasktalk tasks export --format jsonl           one object a line, to the terminal
  tasktalk tasks import tasks.csv --user ana     make them, as if ana had
"""


@click.group("tasks", epilog=_EXAMPLES, short_help="Write tasks to a file, and make tasks of one.")
def command() -> None:
    """Write tasks to a file, and make tasks of one."""


@command.command("export", epilog=_EXAMPLES)
@click.option("--format", "form", type=click.Choice(_FORMS), help="Without it, as the name of the file ends, or json.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A new file; without it, the terminal.")
@org_option
@db_option
def export(form: "Form | None", output: Path | None, org: str, db: str) -> None:
    """Write all tasks of an organisation, eldest first.

    Cells of CSV that a program for tables would take for a formula have an apostrophe before them.
    """
    chosen = form or _form_of(output) or "json"
    administer(db, lambda _, administration: administration.users(org))  # refuses an organisation that is not there
    try:
        count = steer(db, lambda database: _write(database, org, chosen, output))
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None
    if output:
        click.echo(f"{count:,} task{'' if count == 1 else 's'} in {output}.")


@command.command("import", epilog=_EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", required=True, metavar="USER", help="Who makes them: an id, a name or an e-mail address.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="Without it, as the name of the file ends.")
@click.option("--keep-good", is_flag=True, help="Make those with which nothing is wrong, also when others are wrong.")
@org_option
@db_option
def bring_in(file: Path, user: str, form: "Form | None", keep_good: bool, org: str, db: str) -> None:
    """Make a task of each entry of a file: all of them, or none when anything is wrong.

    \b
    Read are: title, description, status, priority, assignee, due_date, tags and context.
    The other fields of an export are passed over: the tasks are new ones.
    """
    chosen = form or _form_of(file)
    if chosen is None:
        raise click.UsageError(f"say what is in {file}: --format json, jsonl or csv")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8") from None
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from None

    async def who(accounts: "Accounts", _: "Administration") -> "User":
        return await user_named(accounts, user, org)

    found = administer(db, who)
    count, wrong = steer(
        db, lambda database: _read(database, found, text, chosen, keeps_good=keep_good), is_change=True
    )
    for each in wrong[:_SHOWN]:
        click.echo(f"{each.entry.place}: {each.refused.message}  [{each.refused.code}]", err=True)
    if len(wrong) > _SHOWN:
        click.echo(f"… and {len(wrong) - _SHOWN:,} more.", err=True)
    click.echo(f"{count:,} task{'' if count == 1 else 's'} made.")
    if wrong:
        sys.exit(1)


def _form_of(path: Path | None) -> "Form | None":
    ending = path.suffix.lower().removeprefix(".") if path else ""
    return next((form for form in _FORMS if form == ending), None)


async def _write(database: "Database", organisation_id: str, form: "Form", output: Path | None) -> int:
    from tasktalk.runtime.tasks.moving import out
    from tasktalk.runtime.tasks.papers import written

    count = 0

    async def counted() -> "AsyncIterator[Sequence[Task]]":
        nonlocal count
        async for page in out(database, organisation_id):
            count += len(page)
            yield page

    with output.open("x", encoding="utf-8", newline="") if output else nullcontext(sys.stdout) as file:
        async for piece in written(counted(), form):
            file.write(piece)
    return count


async def _read(
    database: "Database", user: "User", text: str, form: "Form", *, keeps_good: bool
) -> "tuple[int, list[Wrong]]":
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.tasks.model import Actor
    from tasktalk.runtime.tasks.moving import bring_in as made
    from tasktalk.runtime.tasks.papers import read

    actor = Actor(user.id, user.organisation_id, "import", user.role)
    return await made(database, RealClock(), actor, read(text, form), keeps_good=keeps_good)
