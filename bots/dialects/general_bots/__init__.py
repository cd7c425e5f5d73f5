"""The task interface of General Bots: its words, its routes, its shapes of answers and errors.

Served below /gb and, for clients that know only a host, at the root; with and without the doubled `tasks` that comes of
joining that interface's base URL and endpoints.
"""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import openapi
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots import (
    analytics,
    attachments,
    automations,
    comments,
    moving,
    notifications,
    tasks,
    templates,
    watchers,
    webhooks,
    workflows,
)
from tasktalk.bots.dialects.general_bots.words import identify
from tasktalk.bots.dialects.mounting import Dialect

MOUNTS = ("/gb/api/v1/tasks", "/gb/api/v1", "/api/v1/tasks", "/api/v1")
"""The doubled spelling first: otherwise its second `tasks` is read as the id of a task."""


def endpoints(services: Services) -> list[Endpoint]:
    """All of it. What is more particular comes first: the last has paths with the id of a task."""
    subjects = (
        *(analytics, automations, moving, notifications, templates, watchers, webhooks),
        *(comments, attachments, workflows, tasks),
    )
    return [endpoint for subject in subjects for endpoint in subject.endpoints(services)]


def _place(path: str) -> tuple[bool, int, bool]:
    """Where readers of the document look for a path: tasks come first, and what is simple before what hangs on it."""
    return not path.startswith("/tasks"), len(path), not path.endswith("}")


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    served = endpoints(services)
    read = sorted(served, key=lambda endpoint: _place(endpoint.path))
    described = openapi.document("General Bots tasks", __doc__ or "", ["/gb/api/v1", "/api/v1"], read)
    gate = Gate(services, lambda request: identify(request, services))
    return [
        *openapi.routes("/gb", described),
        *mounted(MOUNTS, served, plain_answer, gate),
        unknown("/gb", plain_answer),
        unknown("/api/v1/tasks", plain_answer),
    ]


DIALECT: Final = Dialect("general_bots", endpoints, routes)
