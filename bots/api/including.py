"""`include=scheduled`: the lists of those who work through tasks have scheduled ones only when they are asked for."""

from typing import Final, Protocol

from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import items, one_of
from tasktalk.interpreter.errors import Refused

_SCHEDULED: Final = "scheduled"

INCLUDE: Final = Parameter("include", items(one_of([_SCHEDULED])), "`scheduled` lists scheduled tasks, too")


class Query(Protocol):
    """The parameters of a request."""

    def getall(self, key: str, default: list[str]) -> list[str]:
        """All values of a parameter."""


def with_scheduled(query: Query) -> bool:
    """Whether a list is to have scheduled tasks, too. Refuses `invalid_include`."""
    asked = [word.strip() for text in query.getall(INCLUDE.name, []) for word in text.split(",")]
    if unknown := [word for word in asked if word != _SCHEDULED]:
        raise Refused("invalid_include", f"Expected include to be scheduled, got {unknown[0][:40] or 'nothing'}")
    return bool(asked)
