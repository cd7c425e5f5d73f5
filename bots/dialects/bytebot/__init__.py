"""The task interface of Bytebot: its words, its routes, its shapes of answers and errors.

Served twice over one store: as its document has it, below /bytebot and at the root, and as the server that it ships
answers, below /bytebot-live. Where the host lets it, it answers without a token.
"""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import openapi
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.routing import Endpoint, mounted, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.bytebot import tasks
from tasktalk.bots.dialects.bytebot.words import DOCUMENT, LIVE, Face, error_of, shape, visitors
from tasktalk.bots.dialects.mounting import Dialect

FACES: Final = (DOCUMENT, LIVE)
_ROOT: Final = ""


def mounts(face: Face, services: Services) -> tuple[str, ...]:
    """Where one of the two is served: the one that the host has chosen at the root, too."""
    is_at_root = face.is_live is (services.dialects.bytebot.root == "live")
    return (face.prefix, _ROOT) if is_at_root else (face.prefix,)


def endpoints(services: Services) -> list[Endpoint]:
    """All of both."""
    who = visitors(services)
    return [endpoint for face in FACES for endpoint in tasks.endpoints(services, face, who)]


def routes(services: Services) -> list[web.RouteDef]:
    """Everything that this interface answers to."""
    who = visitors(services)
    gate = Gate(services, who.identify)
    found = []
    for face in FACES:
        served, at = tasks.endpoints(services, face, who), mounts(face, services)
        title = "Bytebot tasks, as they are shipped" if face.is_live else "Bytebot tasks"
        described = openapi.document(title, __doc__ or "", [mount or "/" for mount in at], served, error_of)
        found += [
            *openapi.routes(face.prefix, described, shape),
            *mounted(at, served, shape, gate),
            unknown(face.prefix, shape),
        ]
    return [*found, unknown("/tasks", shape)]


DIALECT: Final = Dialect("bytebot", endpoints, routes, asks_for_tokens=False)
