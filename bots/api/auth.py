"""Who sends a request: the bearer token, looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.runtime.accounts import READ, WRITE, Accounts, Identity
from tasktalk.runtime.tasks.model import Actor

DENIED: Mapping[str, str] = {
    READ: "You don't have permission to read this",
    WRITE: "You don't have permission to change this",
}
_KNOWN: Final = web.RequestKey("identity", Identity)


async def identify(request: web.Request, accounts: Accounts, denied: Mapping[str, str] = DENIED) -> Identity:
    """Whom the request's token stands for, once it is known that the token is for what the request does.

    Raises Problem `unauthorized` without a good token, and `permission_denied` where it lacks the scope: to look
    (GET, HEAD) takes `tasks:read`, everything else `tasks:write`, which a viewer's token never is for. `denied` has
    the sentences for that.
    """
    known: Identity | None = request.get(_KNOWN)
    if known is not None:
        return known
    secret = secret_of(request)
    if not secret:
        raise _unauthorized("A token is needed: Authorization: Bearer <token>")
    identity = await accounts.authenticate(secret)
    if identity is None:
        raise _unauthorized("The token is unknown or has expired")
    request[_KNOWN] = entitled(request, identity, denied)
    return identity


def entitled(request: web.Request, identity: Identity, denied: Mapping[str, str] = DENIED) -> Identity:
    """Whoever it is, who may do what the request does. Raises Problem `permission_denied`."""
    needed = _needed(request)
    if needed not in identity.scopes or (needed == WRITE and identity.role == "viewer"):
        raise Problem("permission_denied", denied[needed])
    return identity


def secret_of(request: web.Request) -> str:
    """The bearer token that the request has, known or not; empty without one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def actor(identity: Identity, source: str) -> Actor:
    """The one who acts on tasks, coming in through `source`."""
    return Actor(identity.user_id, identity.organisation_id, source, identity.role)


def demand_running_bots(request: web.Request, identity: Identity) -> None:
    """Refuses `permission_denied` to those who do not run bots: agents, viewers, and whoever may not write."""
    if WRITE not in identity.scopes or identity.role not in ("owner", "member"):
        raise Problem("permission_denied", DENIED[_needed(request)])


def _needed(request: web.Request) -> str:
    """The scope that what the request does takes."""
    return READ if request.method in {"GET", "HEAD"} else WRITE


def _unauthorized(message: str) -> Problem:
    return Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class Who:
    """Those who ask through one interface: `source` is what their changes are told to come from, `denied` has the
    sentences for what they may not do."""

    source: str
    denied: Mapping[str, str]

    async def identify(self, request: web.Request, services: Services) -> Identity:
        """Who sends the request. Raises Problem as `auth.identify` does."""
        return await identify(request, services.accounts, self.denied)

    async def actor_of(self, request: web.Request, services: Services) -> Actor:
        """Who sends the request, as it acts on tasks. Raises Problem as `identify` does."""
        return actor(await self.identify(request, services), self.source)
