"""The task interface of ChatBotKit: its words, its routes, its shapes of answers and errors.

Served below /chatbotkit and at the root, where that system's own client looks for it, whatever base URL it is given.
"""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import openapi
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.routing import Endpoint, mounted, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import executions, subscribing, tasks, transfers
from tasktalk.bots.dialects.chatbotkit.words import error_of, identify, shape
from tasktalk.bots.dialects.mounting import Dialect

MOUNTS = ("/chatbotkit/api/v1", "/api/v1")


def endpoints(services: Services) -> list[Endpoint]:
    """All of it."""
    return [
        endpoint for subject in (tasks, executions, subscribing, transfers) for endpoint in subject.endpoints(services)
    ]


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    served = endpoints(services)
    described = openapi.document("ChatBotKit tasks", __doc__ or "", MOUNTS, served, error_of)
    gate = Gate(services, lambda request: identify(request, services))
    return [
        *openapi.routes("/chatbotkit", described, shape),
        *mounted(MOUNTS, served, shape, gate),
        unknown("/chatbotkit", shape),
        unknown("/api/v1/task", shape),
    ]


DIALECT: Final = Dialect("chatbotkit", endpoints, routes)
