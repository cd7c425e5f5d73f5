"""Who sends a request: the bearer token, looked up."""

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.runtime.accounts import WRITE, Accounts, Identity
from tasktalk.runtime.tasks.model import Actor


async def identify(request: web.Request, accounts: Accounts) -> Identity:
    """Whom the request's token stands for; raises Problem `unauthorized` without a good one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise _unauthorized("A token is needed: Authorization: Bearer <token>")
    identity = await accounts.authenticate(secret)
    if identity is None:
        raise _unauthorized("The token is unknown or has expired")
    return identity


def actor(identity: Identity, source: str) -> Actor:
    """The one who acts on tasks, coming in through `source`."""
    return Actor(identity.user_id, identity.organisation_id, source, can_modify=WRITE in identity.scopes)


def _unauthorized(message: str) -> Problem:
    return Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})
