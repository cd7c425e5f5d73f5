"""`tasktalk org`: organisations, whose users share their tasks."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import click

from tasktalk.bots.cli._accounts import administer
from tasktalk.bots.cli._steering import Listing, db_option, json_option, show

if TYPE_CHECKING:
    from tasktalk.runtime.accounts import Accounts
    from tasktalk.runtime.administration import Administration

MOST_RUNS = 1_000_000_000
_EXAMPLES = """\b
Examples:
  tasktalk org                                every organisation
  tasktalk org create acme --name "Acme Ltd"  one with tasks and users of its own
  tasktalk org set acme --directory on        its tasks go to its users alone
  tasktalk org set acme --runs-per-day 500    its tasks run so often in 24 hours, and no more
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
    click.echo(f"There is an organisation {organisation_id}. Its first user: tasktalk user create NAME --org ID")


@command.command("set", epilog=_EXAMPLES)
@click.argument("organisation_id", metavar="ID")
@click.option(
    "--directory",
    type=click.Choice(["on", "off"]),
    help="Whether tasks can be assigned to its users (and to bots) alone; what is assigned already stays.",
)
@click.option(
    "--runs-per-day",
    "runs_a_day",
    metavar="COUNT",
    callback=lambda context, option, given: _count(given),
    help="How many runs its tasks may have in any 24 hours; none is as many as they like.",
)
@db_option
def change(
    organisation_id: str, directory: Literal["on", "off"] | None, runs_a_day: int | Literal["none"] | None, db: str
) -> None:
    """Change how an organisation is run, from the next request on."""
    if directory is None and runs_a_day is None:
        raise click.UsageError("say what is to change: --directory on, or --runs-per-day 500")
    if directory is not None:
        has_directory = directory == "on"
        administer(db, lambda _, changes: changes.set_directory(organisation_id, has_directory=has_directory))
        whom = "its users alone" if has_directory else "anybody"
        click.echo(f"Tasks of {organisation_id} can be assigned to {whom}.")
    if runs_a_day is not None:
        most = None if runs_a_day == "none" else runs_a_day
        administer(db, lambda _, changes: changes.set_runs_a_day(organisation_id, most))
        often = "as often as they like" if most is None else f"{most:,} times in 24 hours at most"
        click.echo(f"Tasks of {organisation_id} run {often}.")


def _count(given: str | None) -> int | Literal["none"] | None:
    if given is None:
        return None
    if given == "none":
        return "none"
    if not given.isascii() or not given.isdecimal() or int(given) > MOST_RUNS:
        raise click.BadParameter(f"expected a whole number from 0 to {MOST_RUNS:,}, or none, got {given!r}")
    return int(given)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "directory": "on" if row["has_directory"] else "off",
        "runs per day": row["runs_a_day"],
    }
