"""Requests without a token, where the host lets them in: all of them are of one user, who is there with the first."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Literal, TypeAlias

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.cross_origin import ALLOWED
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.bots.origins import is_asked_by_loopback, is_for_the_world, is_of_this_machine, is_same_origin
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, READ, SCOPES, Identity
from tasktalk.storage import accounts
from tasktalk.storage.writes import Row

LetIn: TypeAlias = Literal["loopback", "always", "never"]
_KNOWN: Final = web.RequestKey("visitor", Identity)


class Visitors:
    """Who sends a request of an interface that may be used without a token."""

    def __init__(self, services: Services, name: str, let_in: LetIn, denied: Mapping[str, str] = auth.DENIED) -> None:
        """`name` is the visitor's, in lower case the id. `let_in`: while the server listens on loopback alone and no
        proxy lets the world in, wherever it listens, or never."""
        self._services, self._name, self._let_in, self._denied = services, name, let_in, denied

    async def identify(self, request: web.Request) -> Identity:
        """Whom the token stands for, or the visitor. Raises Problem as `auth.identify` does.

        A page of another site is not the visitor, unless the host has named that site for this interface; and never one
        that has come by a name of its own to this machine.
        """
        if "Authorization" in request.headers or self._let_in == "never":
            return await auth.identify(request, self._services.accounts, self._denied)
        known: Identity | None = request.get(_KNOWN)
        if known is not None:
            return known
        if not self._may_come(request):
            return await auth.identify(request, self._services.accounts, self._denied)  # which tells what is missing
        if not is_same_origin(request) and request.headers.get("Origin") not in request.get(ALLOWED, ()):
            raise Problem("permission_denied", "A page of another site cannot use this without a token")
        request[_KNOWN] = auth.entitled(request, await self._visitor(), self._denied)
        return request[_KNOWN]

    def _may_come(self, request: web.Request) -> bool:
        is_bound = self._services.is_on_loopback
        if self._let_in == "always":
            return not is_bound or is_asked_by_loopback(request)
        return is_bound and not is_for_the_world(self._services.public_url) and is_of_this_machine(request)

    async def _visitor(self) -> Identity:
        user_id = self._name.lower()
        row = await self._row(user_id)
        if row is None:
            with suppress(Refused):  # it was made at the same moment
                await self._services.accounts.create_user(self._name, user_id=user_id, role="member")
            row = await self._row(user_id)
        if row is None or row["is_disabled"] or row["organisation_id"] != DEFAULT_ORGANISATION:
            raise Problem("unauthorized", "A token is needed: Authorization: Bearer <token>")
        scopes = frozenset({READ}) if row["role"] == "viewer" else SCOPES
        return Identity(user_id, row["organisation_id"], scopes, row["role"])

    async def _row(self, user_id: str) -> Row | None:
        async with self._services.database.read() as reader:
            return await accounts.user_by_id(reader, user_id)
