"""Who sends a request: the bearer token, looked up."""

from collections.abc import Mapping

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.runtime.accounts import READ, WRITE, Accounts, Identity
from tasktalk.runtime.tasks.model import Actor

DENIED: Mapping[str, str] = {
    READ: "You don't have permission to read this",
    WRITE: "You don't have permission to change this",
}


async def identify(request: web.Request, accounts: Accounts, denied: Mapping[str, str] = DENIED) -> Identity:
    """Whom the request's token stands for, once it is known that the token is for what the request does.

    Raises Problem `unauthorized` without a good token, and `permission_denied` where it lacks the scope: to look
    (GET, HEAD) takes `tasks:read`, everything else `tasks:write`. `denied` has the sentences for that.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise _unauthorized("A token is needed: Authorization: Bearer <token>")
    identity = await accounts.authenticate(secret)
    if identity is None:
        raise _unauthorized("The token is unknown or has expired")
    needed = READ if request.method in {"GET", "HEAD"} else WRITE
    if needed not in identity.scopes:
        raise Problem("permission_denied", denied[needed])
    return identity


def actor(identity: Identity, source: str) -> Actor:
    """The one who acts on tasks, coming in through `source`."""
    return Actor(identity.user_id, identity.organisation_id, source)


def _unauthorized(message: str) -> Problem:
    return Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})
