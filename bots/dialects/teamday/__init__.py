"""The task interface of TeamDay: its words, its routes, its shapes of answers and errors.

Served below /teamday, and at the root for tokens that begin as that system's own do.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import openapi
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.routing import Endpoint, mounted, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Dialect
from tasktalk.bots.dialects.teamday import tasks, webhooks
from tasktalk.bots.dialects.teamday.calls import hook_form
from tasktalk.bots.dialects.teamday.words import error_of, identify, shape, status_of
from tasktalk.bots.dialects.tokens import PREFIXES

MOUNTS = ("/teamday/api/v1", "/api/v1")
TOKENS: Mapping[str, str] = dict.fromkeys(("/api/v1/tasks", "/api/v1/webhooks"), PREFIXES["teamday"])


def endpoints(services: Services) -> list[Endpoint]:
    """All of it."""
    return [endpoint for subject in (tasks, webhooks) for endpoint in subject.endpoints(services)]


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    served = endpoints(services)
    described = openapi.document("TeamDay tasks", __doc__ or "", MOUNTS, served, error_of, status_of)
    gate = Gate(services, lambda request: identify(request, services))
    return [
        *openapi.routes("/teamday", described, shape),
        *mounted(MOUNTS, served, shape, gate),
        unknown("/teamday", shape),
        *(unknown(path, shape) for path in TOKENS),
    ]


DIALECT: Final = Dialect("teamday", endpoints, routes, tokens=TOKENS, hook_form=hook_form)
