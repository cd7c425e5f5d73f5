"""`tasktalk token`: the secrets with which programs use the API."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._accounts import administer, org_option, user_named
from tasktalk.bots.cli._steering import Listing, db_option, json_option, show
from tasktalk.bots.dialects.tokens import PREFIXES

if TYPE_CHECKING:
    from tasktalk.runtime.accounts import Accounts, Token, User
    from tasktalk.runtime.administration import Administration

_EXAMPLES = """\b
Examples:
  tasktalk token                                      every token, and when it was last used
  tasktalk token create --user ana --expires 90       one for ana, for 90 days
  tasktalk token create --user board --scope tasks:read   one that only looks
  tasktalk token create --user ana --for teamday          one that clients of TeamDay take
  tasktalk token revoke tok_0k3v…                     end one at once
"""


@click.group("token", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Make tokens for the API, look which there are, and end them.

    A token can do what its user may do, within its scopes. Without a command: list.
    """


@command.command("list", epilog=_EXAMPLES)
@click.option("--user", metavar="USER", help="Those of one user: an id, a name or an e-mail address.")
@org_option
@json_option
@db_option
def listing(user: str | None, org: str, as_json: bool, db: str) -> None:
    """List tokens, eldest first. Secrets are not kept, so none is shown. Times are UTC; last used is to the hour."""

    async def work(accounts: "Accounts", administration: "Administration") -> list[dict[str, Any]]:
        users = await administration.users(org)
        only = None if user is None else (await user_named(accounts, user, org)).id
        names = {each.id: each.name for each in users}
        tokens = [token for token in await accounts.tokens(org) if only in (None, token.user_id)]
        return [_row(token, names[token.user_id]) for token in tokens]

    rows = administer(db, work)
    show(rows if as_json else [_shown(row) for row in rows], as_json, "There is no token: tasktalk token create")


@command.command("create", epilog=_EXAMPLES)
@click.option("--user", default="admin", show_default=True, metavar="NAME", help="Whom it stands for; made when new.")
@click.option("--expires", type=click.IntRange(1, 36500), metavar="DAYS", help="Days until it ends; never without it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="What it is for: tasks:read, tasks:write. Several may be given; both without it.",
)
@click.option("--name", default="command line", metavar="TEXT", help="What the list calls it.")
@click.option("--prefix", metavar="TEXT", help="How it begins; tt_ without it.")
@click.option(
    "--for",
    "interface",
    type=click.Choice(list(PREFIXES)),
    help="The interface whose clients it is for: it begins as they want it.",
)
@org_option
@json_option
@db_option
def create(
    user: str,
    expires: int | None,
    scopes: Sequence[str],
    name: str,
    prefix: str | None,
    interface: str | None,
    org: str,
    as_json: bool,
    db: str,
) -> None:
    """Make a token and print it.

    It is shown this once: only its hash is kept. Send it as `Authorization: Bearer TOKEN`.
    """
    if not user.strip():
        raise click.BadParameter("a user needs a name", param_hint="--user")
    if prefix is not None and interface is not None:
        raise click.UsageError("how a token begins is said by --prefix or by --for, not by both")
    begins = PREFIXES[interface] if interface else prefix

    async def work(accounts: "Accounts", administration: "Administration") -> "tuple[str, Token, User, bool]":
        from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, PREFIX, SCOPES, check_token

        begin = PREFIX if begins is None else begins
        check_token(name, scopes, begin)  # before a new user is made for it
        if org != DEFAULT_ORGANISATION:
            await administration.users(org)  # refused where there is none: a slip of the pen would make another one
        known = await accounts.user(user.strip(), org)
        found = known or await accounts.create_user(user.strip(), org)
        expires_in = timedelta(days=expires) if expires else None
        made = await accounts.create_token(found, name, expires_in=expires_in, scopes=scopes or SCOPES, prefix=begin)
        return *made, found, known is None

    secret, token, found, is_new = administer(db, work, may_make=True)
    if as_json:
        show([{"token": secret, **_row(token, found.name)}], as_json, "")
        return
    click.echo(secret)
    until = f" for {expires} days" if expires else ""
    who = f"{found.name}, a new user ({found.role} of {found.organisation_id})" if is_new else found.name
    click.echo(f"This token stands for {who}{until}. It is not shown again.", err=True)


@command.command("revoke", epilog=_EXAMPLES)
@click.argument("token_id", metavar="ID")
@db_option
def revoke(token_id: str, db: str) -> None:
    """End a token at once and for good. `tasktalk token list` shows the ids."""
    administer(db, lambda accounts, administration: administration.revoke(token_id))
    click.echo(f"The token {token_id} is good for nothing any more.")


def _row(token: "Token", user_name: str) -> dict[str, Any]:
    return {
        "id": token.id,
        "user": user_name,
        "user_id": token.user_id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "user": row["user"],
        "name": row["name"],
        "scopes": ", ".join(row["scopes"]),
        "expires": row["expires_at"] or "never",
        "last used": row["last_used_at"] or "never",
    }
