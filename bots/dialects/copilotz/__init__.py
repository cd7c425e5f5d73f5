"""The task interface of Copilotz: its words, its routes, its shapes of answers and errors.

Served below /copilotz and at the root, for clients that know only a host.
"""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import openapi
from tasktalk.bots.api.routing import Endpoint, mounted, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz import steps, tasks, workflows
from tasktalk.bots.dialects.copilotz.numbering import NumberingGate
from tasktalk.bots.dialects.copilotz.words import error_of, shape
from tasktalk.bots.dialects.mounting import Dialect

MOUNTS = ("/copilotz/rest", "/rest")


def endpoints(services: Services) -> list[Endpoint]:
    """All of it."""
    return [endpoint for subject in (tasks, workflows, steps) for endpoint in subject.endpoints(services)]


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    served = endpoints(services)
    described = openapi.document("Copilotz tasks", __doc__ or "", MOUNTS, served, error_of)
    return [
        *openapi.routes("/copilotz", described, shape),
        *mounted(MOUNTS, served, shape, NumberingGate(services)),
        unknown("/copilotz", shape),
        unknown("/rest", shape),
    ]


DIALECT: Final = Dialect("copilotz", endpoints, routes)
