"""What every request goes through before its handler: who sends it, whether it was answered before, what it costs."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from aiohttp import web

from tasktalk.bots.api import repeats
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.repeats import Handler, OwnKey
from tasktalk.bots.api.services import Services
from tasktalk.runtime.accounts import Identity
from tasktalk.runtime.budgets import Budgets, Spent

_LIMITED: Mapping[str, str] = {
    "create": "new tasks",
    "update": "changes",
    "list": "lists",
    "comment": "comments",
    "transfer": "files of tasks",
}
Identify: TypeAlias = Callable[[web.Request], Awaitable[Identity]]

TOLD: Final = web.RequestKey("told", dict[str, str])
"""What every answer to the request tells besides; one that begins before its handler is done takes it from here."""


class Gate:
    """The gate of one interface; `identify` says who sends a request, and raises Problem."""

    def __init__(self, services: Services, identify: Identify) -> None:
        self._services, self._identify = services, identify
        self._budgets = Budgets(services.database, services.clock, services.rates)

    async def through(
        self, request: web.Request, handler: Handler, budget: str | None, own_key: OwnKey | None = None
    ) -> web.StreamResponse:
        """The handler's answer, or the one that a POST with the same Idempotency-Key got before, which costs nothing.

        A call that is over its budget is refused before anything else is done. `handler` turns what goes wrong into an
        answer by itself. Raises Problem.
        """
        identity = await self._identify(request)
        asked = await repeats.question(request, identity, own_key)
        if asked is not None and (before := await repeats.answered(self._services, asked)) is not None:
            return before
        spent = await self._spend(identity, budget)
        request[TOLD] = {} if spent is None else _headers(spent)
        answer = await (handler(request) if asked is None else repeats.once(self._services, asked, request, handler))
        if not answer.prepared:
            answer.headers.update(request[TOLD])
        return answer

    async def _spend(self, identity: Identity, budget: str | None) -> Spent | None:
        spent = await self._budgets.spend(identity.user_id, budget) if budget else None
        if budget and spent is not None and not spent.is_within:
            window = getattr(self._services.rates, budget).window_in_words
            raise Problem(
                "rate_limit_exceeded",
                f"The limit of {spent.most:,} {_LIMITED[budget]} in {window} is reached; "
                f"try again in {spent.seconds_left} seconds",
                {"Retry-After": str(spent.seconds_left), **_headers(spent)},
            )
        return spent


def _headers(spent: Spent) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(spent.most),
        "RateLimit-Remaining": str(spent.remaining),
        "RateLimit-Reset": str(spent.seconds_left),
    }
