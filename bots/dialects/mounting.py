"""Which dialect answers where: each below its own prefix, and at the paths of the root that it knows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Handler

from tasktalk.bots.api import cross_origin
from tasktalk.bots.api.auth import secret_of
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.runtime.tasks.hook_forms import Form

EVERY: Final = ""
"""Stands for the name of a dialect where all are meant that ask for tokens."""
CHAT: Final = "chat"
"""Stands there for the web chat."""

_IsHere: TypeAlias = Callable[[web.Request], bool]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A package of `tasktalk.bots.dialects`, as it says itself."""

    name: str
    """What options and documents call it: the package's."""
    endpoints: Callable[[Services], list[Endpoint]]
    """What it does."""
    routes: Callable[[Services], list[web.RouteDef]]
    """Where it does that, with its documents and all that it says is not there."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """At these paths of the root it has the requests with tokens that begin so, and no others."""
    asks_for_tokens: bool = True
    """Else it may answer without one: then other sites' pages are let in by its name alone."""
    hook_form: Callable[[Callable[[str], bool]], Form] | None = None
    """How it tells the webhooks that were made through it of changes, if in words of its own; it asks what is a bot."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What the person who serves decides of the dialects, under their names."""

    without: Collection[str] = ()
    """These are not served."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """These have a port for themselves besides; 0 is a free one."""
    origins: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The sites whose pages may use it from a browser; under EVERY those that may use all that ask for tokens, under
    CHAT those that may talk to the bots."""

    def of(self, dialects: Iterable[Dialect]) -> list[Dialect]:
        """Those that are served."""
        return [dialect for dialect in dialects if dialect.name not in self.without]

    def origins_of(self, dialect: Dialect) -> frozenset[str]:
        """The sites that are let in to this one."""
        of_all = self.origins.get(EVERY, ()) if dialect.asks_for_tokens else ()
        return frozenset([*self.origins.get(dialect.name, ()), *of_all])

    @property
    def chat_origins(self) -> frozenset[str]:
        """The sites whose pages may talk to the bots."""
        return frozenset(self.origins.get(CHAT, ()))


def routes(services: Services, dialects: Sequence[Dialect], serving: Serving) -> list[web.AbstractRouteDef]:
    """All that these answer to, side by side."""
    claims = [_Claim(path, begins, dialect) for dialect in dialects for path, begins in dialect.tokens.items()]
    return [
        _placed(route, dialect, [claim for claim in claims if claim.is_about(route.path)])
        for dialect in dialects
        for route in _let_in(dialect.routes(services), serving.origins_of(dialect))
    ]


def own_routes(services: Services, dialect: Dialect, serving: Serving) -> list[web.RouteDef]:
    """All that this one answers to where it is alone: whatever the tokens are."""
    return _let_in(dialect.routes(services), serving.origins_of(dialect))


@dataclass(frozen=True, slots=True)
class _Claim:
    """Below the path, requests with tokens that begin so are the dialect's."""

    path: str
    begins: str
    dialect: Dialect

    def is_about(self, path: str) -> bool:
        return path.startswith(self.path) and path[len(self.path) :][:1] in {"", "/", "{"}

    def holds(self, request: web.Request) -> bool:
        return secret_of(request).startswith(self.begins)


def _placed(route: web.RouteDef, dialect: Dialect, claims: Sequence[_Claim]) -> web.AbstractRouteDef:
    own = [claim for claim in claims if claim.dialect is dialect]
    others = [claim for claim in claims if claim.dialect is not dialect]
    if not claims:
        return route

    def is_here(request: web.Request) -> bool:
        if request.method == "OPTIONS" and "Authorization" not in request.headers:
            return True  # a browser asks so, before it sends the token
        if own:
            return any(claim.holds(request) for claim in own)
        return not any(claim.holds(request) for claim in others)

    return _Where(route, is_here)


@dataclass(frozen=True, slots=True)
class _Where(web.AbstractRouteDef):
    """A route that is there for some requests alone."""

    route: web.RouteDef
    is_here: _IsHere

    def register(self, router: web.UrlDispatcher) -> list[web.AbstractRoute]:
        resource = _Resource(self.route.path, self.is_here)
        router.register_resource(resource)
        return [resource.add_route(self.route.method, self.route.handler)]


class _Resource(web.DynamicResource):
    def __init__(self, path: str, is_here: _IsHere) -> None:
        super().__init__(path)
        self._is_here = is_here

    async def resolve(self, request: web.Request) -> tuple[web.UrlMappingMatchInfo | None, set[str]]:
        found, allowed = await super().resolve(request)
        # Whose path it is, is asked last: most of the paths that are looked through are others.
        return (found, allowed) if allowed and self._is_here(request) else (None, set())


def _let_in(routes: Iterable[web.RouteDef], origins: frozenset[str]) -> list[web.RouteDef]:
    if not origins:
        return list(routes)
    return [web.route(route.method, route.path, _letting_in(route.handler, origins)) for route in routes]


def _letting_in(handler: Handler, origins: frozenset[str]) -> Handler:
    async def answering(request: web.Request) -> web.StreamResponse:
        request[cross_origin.ALLOWED] = origins
        return await handler(request)

    return answering
