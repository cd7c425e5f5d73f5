"""A new task has its number once it is committed, and the answer to a POST with an Idempotency-Key is committed with
it: so such an answer is kept with the task's id, in whose place its number comes on the way out, and stays."""

import json

from aiohttp import web

from tasktalk.bots.api import repeats, units
from tasktalk.bots.api.gate import Gate
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.repeats import Handler, OwnKey
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.words import actor_of, identify
from tasktalk.runtime.tasks.model import bare, spelled

MADE = 201


class NumberingGate(Gate):
    """The gate, behind which new tasks get their numbers."""

    def __init__(self, services: Services) -> None:
        super().__init__(services, lambda request: identify(request, services))

    async def through(
        self, request: web.Request, handler: Handler, budget: str | None, own_key: OwnKey | None = None
    ) -> web.StreamResponse:
        """As `Gate.through`. The number of a task that was deleted is not known any more if the process that made it
        was killed before it answered."""
        answer = await super().through(request, handler, budget, own_key)
        if not isinstance(answer, web.Response) or answer.status != MADE or not isinstance(answer.body, bytes):
            return answer
        body = json.loads(answer.body)
        if not isinstance(said := body["_id"], str):
            return answer
        tasks = units.reading(self._services, await actor_of(request, self._services))
        known = await tasks.numbers([bare(said)])
        if bare(said) not in known:
            raise Problem("task_not_found", "The task was made, and deleted since")
        number = known[bare(said)]
        answer.body = json.dumps({**body, "_id": number, "id": number}).encode()
        await repeats.keep_as_told(self._services, answer)
        return answer


def unnumbered(task_id: str) -> str:
    """What stands in an answer for the number of a task that has none yet."""
    return spelled(task_id)
