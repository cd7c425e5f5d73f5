"""`include=scheduled`: the lists of those who work through tasks have scheduled ones only when they are asked for."""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import queries
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import items, one_of
from tasktalk.interpreter.errors import Refused

_SCHEDULED: Final = "scheduled"

INCLUDE: Final = Parameter("include", items(one_of([_SCHEDULED])), "`scheduled` lists scheduled tasks, too")


def with_scheduled(request: web.Request) -> bool:
    """Whether a list is to have scheduled tasks, too. Refuses `invalid_include`."""
    asked = queries.words(request, INCLUDE.name)
    if unknown := [word for word in asked if word != _SCHEDULED]:
        raise Refused("invalid_include", f"Expected include to be scheduled, got {unknown[0][:40] or 'nothing'}")
    return bool(asked)
