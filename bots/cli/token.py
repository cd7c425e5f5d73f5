"""`tasktalk token`: the secrets with which programs use the API."""

import asyncio
from datetime import timedelta

import click

from tasktalk.bots.cli._hosting import DB_HELP


@click.group("token")
def command() -> None:
    """Make tokens for the API."""


@command.command("create")
@click.option("--user", default="admin", show_default=True, metavar="NAME", help="Whom it stands for; made when new.")
@click.option("--expires", type=click.IntRange(1, 36500), metavar="DAYS", help="Days until it ends; never without it.")
@click.option("--db", default="tasktalk.db", show_default=True, metavar="URL", help=DB_HELP)
def create(user: str, expires: int | None, db: str) -> None:
    """Make a token and print it.

    It is shown this once: only its hash is kept. Send it as `Authorization: Bearer TOKEN`.
    """
    from tasktalk.storage.database import new_file
    from tasktalk.storage.errors import DatabaseError

    if not user.strip():
        raise click.BadParameter("a user needs a name", param_hint="--user")
    try:
        new = new_file(db)
        secret = asyncio.run(_create(user.strip(), expires, db))
    except DatabaseError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(secret)
    if new is not None:
        click.echo(f"This made a new database: {new}. To use another one, give it with --db.", err=True)
    until = f" for {expires} days" if expires else ""
    click.echo(f"This token stands for {user.strip()}{until}. It is not shown again.", err=True)


async def _create(name: str, days: int | None, db: str) -> str:
    from tasktalk.runtime.accounts import Accounts
    from tasktalk.runtime.clock import RealClock
    from tasktalk.storage.database import Database

    database = await Database.open(db)
    try:
        accounts = Accounts(database, RealClock())
        user = await accounts.user(name) or await accounts.create_user(name)
        expires_in = timedelta(days=days) if days else None
        secret, _ = await accounts.create_token(user, "command line", expires_in=expires_in)
    finally:
        await database.close()
    return secret
