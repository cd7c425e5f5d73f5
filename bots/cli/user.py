"""`tasktalk user`: who may use the API, and what each of them may do."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._accounts import administer, org_option
from tasktalk.bots.cli._steering import Listing, db_option, json_option, show
from tasktalk.runtime.roles import ROLES, Role

if TYPE_CHECKING:
    from tasktalk.runtime.accounts import Accounts, User
    from tasktalk.runtime.administration import Administration

_EXAMPLES = """\b
Examples:
  tasktalk user                                     everybody, and what they may do
  tasktalk user create "Bo Lund" --role agent       somebody new
  tasktalk user role "Bo Lund" member               another role, at once
  tasktalk user disable bo@example.com              nobody comes in as them any more
"""
_ROLES = "\n".join(f"  {role:8}{meaning}" for role, meaning in ROLES.items())


@click.group(
    "user",
    cls=Listing,
    epilog=_EXAMPLES,
    short_help="Say who may use the API, and what each of them may do.",
    help=f"""Say who may use the API, and what each of them may do.

USER is an id, a name or an e-mail address. Without a command: list.

\b
Roles:
{_ROLES}""",
)
def command() -> None:
    pass


@command.command("list", epilog=_EXAMPLES)
@org_option
@json_option
@db_option
def listing(org: str, as_json: bool, db: str) -> None:
    """List the users of an organisation, eldest first."""
    users = administer(db, lambda accounts, administration: administration.users(org))
    rows = [asdict(user) for user in users]
    show(rows if as_json else [_shown(row) for row in rows], as_json, "There is no user yet: tasktalk user create NAME")


@command.command("create", epilog=_EXAMPLES)
@click.argument("name")
@click.option("--id", "user_id", metavar="ID", help="Made up without it.")
@click.option("--email", metavar="ADDRESS")
@click.option(
    "--role", type=click.Choice(list(ROLES)), help="A member without it; an organisation's first user owns it."
)
@org_option
@json_option
@db_option
def create(
    name: str, user_id: str | None, email: str | None, role: Role | None, org: str, as_json: bool, db: str
) -> None:
    """Make a user, and the organisation where it is new. `tasktalk token create --user NAME` lets them in."""

    async def work(accounts: "Accounts", administration: "Administration") -> "User":
        from tasktalk.interpreter.errors import Refused

        if user_id is None and (other := await accounts.user(name, org)) is not None:
            way_out = "somebody else of that name needs an --id"
            raise Refused("user_exists", f"There is a user {other.name} already, {other.id}", way_out)
        if email is not None and (other := await accounts.user(email, org)) is not None:
            raise Refused("user_exists", f"{email} stands for {other.name} already, {other.id}")
        return await accounts.create_user(name, org, email=email, user_id=user_id, role=role)

    _tell(administer(db, work, may_make=True), as_json)


@command.command("role", epilog=_EXAMPLES)
@click.argument("user")
@click.argument("role", type=click.Choice(list(ROLES)))
@org_option
@json_option
@db_option
def change_role(user: str, role: Role, org: str, as_json: bool, db: str) -> None:
    """Give a user another role, from their next request on."""
    _tell(administer(db, lambda accounts, administration: administration.change_role(user, org, role)), as_json)


@command.command("disable", epilog=_EXAMPLES)
@click.argument("user")
@org_option
@json_option
@db_option
def disable(user: str, org: str, as_json: bool, db: str) -> None:
    """Let nobody in as this user any more, whatever token they have. What they did stays."""
    _tell(administer(db, lambda accounts, administration: administration.disable(user, org)), as_json)


@command.command("enable", epilog=_EXAMPLES)
@click.argument("user")
@org_option
@json_option
@db_option
def enable(user: str, org: str, as_json: bool, db: str) -> None:
    """Let a disabled user in again, with the tokens that they have."""
    _tell(administer(db, lambda accounts, administration: administration.enable(user, org)), as_json)


def _tell(user: "User", as_json: bool) -> None:
    if as_json:
        show([asdict(user)], as_json, "")
        return
    may = "is disabled" if user.is_disabled else f"is {user.role} of {user.organisation_id}: {ROLES[user.role]}"
    click.echo(f"{user.name} ({user.id}) {may}.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "name", "email", "role")}
    return {**shown, "may come in": "no" if row["is_disabled"] else "yes"}
