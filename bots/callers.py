"""Which programs may call from outside without a token of the tasks API: who knows the secret of what they ask for."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.origins import is_of_this_machine, is_same_origin


@dataclass(frozen=True, slots=True)
class Callers:
    """The rule for everything below `/webhook` and `/event`, and, with a secret of its own, for `/metrics`.

    Without a secret only this machine's own users are served, by a server that nobody else reaches.
    """

    secret: str | None
    is_private: Callable[[], bool]
    """Whether the server listens on loopback alone, and nothing is known of a proxy that lets the world in."""
    what: str = "webhook"
    """What is asked for, in one word."""

    def check(self, request: web.Request) -> None:
        """Raises Problem `unauthorized` or `permission_denied`."""
        if self.secret is not None:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            right, given_bytes = self.secret.encode(), given.strip().encode("utf-8", "surrogateescape")
            if scheme.lower() != "bearer" or not hmac.compare_digest(given_bytes, right):
                message = f"The {self.what}'s secret is needed: Authorization: Bearer <secret>"
                raise Problem("unauthorized", message, {"WWW-Authenticate": "Bearer"})
        elif not (self.is_private() and is_of_this_machine(request)):
            raise Problem(
                "permission_denied",
                f"Without a {self.what} secret this server takes {self.what} requests from its own machine alone, "
                "and none through a proxy or while it has a public_url",
            )
        elif not is_same_origin(request):
            raise Problem("permission_denied", f"A page of another site cannot use this {self.what}")
