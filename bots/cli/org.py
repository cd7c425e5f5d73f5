"""`tasktalk org`: organisations, whose users share their tasks."""

from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

import click

from tasktalk.bots.cli._accounts import administer
from tasktalk.bots.cli._steering import Listing, db_option, json_option, show

if TYPE_CHECKING:
    from tasktalk.runtime.accounts import Accounts
    from tasktalk.runtime.administration import Administration

_EXAMPLES = """\b
Examples:
  tasktalk org                                every organisation
  tasktalk org create acme --name "Acme Ltd"  one with tasks and users of its own
  tasktalk org set acme --directory on        its tasks go to its users alone
"""


@click.group("org", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Keep organisations apart: each has tasks and users of its own, and sees nothing of another.

    Scripts act in the one that is called default. Without a command: list.
    """


@command.command("list", epilog=_EXAMPLES)
@json_option
@db_option
def listing(as_json: bool, db: str) -> None:
    """List every organisation, eldest first."""
    found = administer(db, lambda accounts, administration: administration.organisations())
    rows = [asdict(each) for each in found]
    show(rows if as_json else [_shown(row) for row in rows], as_json, "There is no organisation yet.")


@command.command("create", epilog=_EXAMPLES)
@click.argument("organisation_id", metavar="ID")
@click.option("--name", metavar="TEXT", help="What people call it; the id without it.")
@db_option
def create(organisation_id: str, name: str | None, db: str) -> None:
    """Make an organisation. Its first user owns it: tasktalk user create NAME --org ID."""

    async def work(accounts: "Accounts", administration: "Administration") -> None:
        from tasktalk.interpreter.errors import Refused

        if not await accounts.ensure_organisation(organisation_id, name):
            raise Refused("organisation_exists", f"There is an organisation {organisation_id} already")

    administer(db, work, may_make=True)
    first = f"tasktalk user create NAME --org {quote(organisation_id)}"
    click.echo(f"There is an organisation {organisation_id}. Its first user, who owns it: {first}")


@command.command("set", epilog=_EXAMPLES)
@click.argument("organisation_id", metavar="ID")
@click.option(
    "--directory",
    type=click.Choice(["on", "off"]),
    required=True,
    help="Whether tasks can be assigned to its users alone; what is assigned already stays.",
)
@db_option
def change(organisation_id: str, directory: Literal["on", "off"], db: str) -> None:
    """Change how an organisation is run, from the next request on."""
    administer(
        db,
        lambda accounts, administration: administration.set_directory(organisation_id, has_directory=directory == "on"),
    )
    whom = "its users alone" if directory == "on" else "anybody"
    click.echo(f"Tasks of {organisation_id} can be assigned to {whom}.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "name": row["name"], "directory": "on" if row["has_directory"] else "off"}
