"""`tasktalk org`: organisations, whose users share their tasks."""

from collections.abc import Mapping
from dataclasses import asdict
from shlex import quote
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
  tasktalk org set acme --timezone Europe/Berlin --sla urgent=today --sla high=48h
                                              by when tasks are due that nobody gives a due date
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
    help="Whether tasks can be assigned to its users (and to bots) alone; what is assigned already stays.",
)
@click.option(
    "--timezone", metavar="ZONE", help="In which its days end and its automations act, such as Europe/Berlin."
)
@click.option(
    "--sla",
    "sla",
    multiple=True,
    metavar="PRIORITY=TIME",
    help="After which time a new task of a priority is due that nobody gives a due date: 4h, 2d, 30m, today or none. "
    "May be repeated. `standard` for all: medium=7d high=48h urgent=today.",
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
    organisation_id: str,
    directory: Literal["on", "off"] | None,
    timezone: str | None,
    sla: tuple[str, ...],
    runs_a_day: int | Literal["none"] | None,
    db: str,
) -> None:
    """Change how an organisation is run, from the next request on. What is not named stays."""
    if directory is None and timezone is None and not sla and runs_a_day is None:
        raise click.UsageError("say what is to change: --directory, --timezone, --sla or --runs-per-day")
    wanted = _wanted(sla)

    async def work(accounts: "Accounts", administration: "Administration") -> str:
        from tasktalk.bots.dialects.standard_sla import STANDARD
        from tasktalk.runtime.sla_words import read, shown

        read(wanted)  # before anything is changed
        said = []
        if directory is not None:
            await administration.set_directory(organisation_id, has_directory=directory == "on")
            whom = "its users alone" if directory == "on" else "anybody"
            said.append(f"Tasks of {organisation_id} can be assigned to {whom}.")
        if timezone is not None:
            await administration.set_timezone(organisation_id, timezone)
            said.append(f"{organisation_id} lives by the time zone {timezone}.")
        if sla:
            known = shown(STANDARD if "standard" in sla else await administration.sla(organisation_id))
            now = read({**known, **wanted})
            await administration.set_sla(organisation_id, now)
            said.append(f"New tasks of {organisation_id} are due: {_written(shown(now)) or 'never by themselves'}.")
        if runs_a_day is not None:
            most = None if runs_a_day == "none" else runs_a_day
            await administration.set_runs_a_day(organisation_id, most)
            often = "as often as they like" if most is None else f"{most:,} times in 24 hours at most"
            said.append(f"Tasks of {organisation_id} run {often}.")
        return "\n".join(said)

    click.echo(administer(db, work))


def _count(given: str | None) -> int | Literal["none"] | None:
    if given is None:
        return None
    if given == "none":
        return "none"
    if not given.isascii() or not given.isdecimal() or int(given) > MOST_RUNS:
        raise click.BadParameter(f"expected a whole number from 0 to {MOST_RUNS:,}, or none, got {given!r}")
    return int(given)


def _wanted(sla: tuple[str, ...]) -> dict[str, str]:
    pairs = [written.partition("=") for written in sla if written != "standard"]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise click.BadParameter(f"expected PRIORITY=TIME such as high=48h, or standard, got {wrong[0]!r}")
    from tasktalk.interpreter.errors import Refused
    from tasktalk.runtime.tasks.statuses import priority_of

    try:
        return {priority_of(name.strip()): time for name, _, time in pairs}
    except Refused as refused:
        raise click.BadParameter(f"{refused.message}  [{refused.code}]") from None


def _written(sla: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={time}" for name, time in sla.items())


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    from tasktalk.runtime.sla_words import shown

    return {
        "id": row["id"],
        "name": row["name"],
        "directory": "on" if row["has_directory"] else "off",
        "runs per day": row["runs_a_day"],
        "timezone": row["timezone"],
        "sla": _written(shown(row["sla"])) or None,
    }
