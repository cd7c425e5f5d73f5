"""What the commands have in common that say who may do what at the API.

They end with 0 when it is done, with 1 when it is refused or cannot be, and with 2 when the command is not written as
it must be.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from tasktalk.bots.cli._steering import ACTOR, steer

if TYPE_CHECKING:
    from tasktalk.runtime.accounts import Accounts, User
    from tasktalk.runtime.administration import Administration

T = TypeVar("T")

org_option = click.option(
    "--org",
    default="default",
    show_default=True,
    metavar="ID",
    help="The organisation. Scripts act in the one that is called default.",
)


def administer(db: str, work: "Callable[[Accounts, Administration], Awaitable[T]]", *, may_make: bool = False) -> T:
    """What `work` gives for the accounts of a database; it is told when it had to be made.

    Raises ClickException, with the code of what is refused.
    """
    from tasktalk.interpreter.errors import Refused
    from tasktalk.runtime.accounts import Accounts
    from tasktalk.runtime.administration import Administration
    from tasktalk.runtime.clock import RealClock
    from tasktalk.storage.database import Database

    async def done(database: Database) -> T:
        clock = RealClock()
        try:
            return await work(Accounts(database, clock), Administration(database, clock, ACTOR))
        except Refused as refused:
            hint = f"; {refused.hint}" if refused.hint else ""
            raise click.ClickException(f"{refused.message}{hint}  [{refused.code}]") from None

    return steer(db, done, is_change=True, may_make=may_make)


async def user_named(accounts: "Accounts", name: str, organisation_id: str) -> "User":
    """The user with this id, name or e-mail address. Raises Refused `user_not_found`."""
    from tasktalk.interpreter.errors import Refused

    found = await accounts.user(name, organisation_id)
    if found is None:
        raise Refused("user_not_found", f"There is no user {name}", "tasktalk user list shows them")
    return found
