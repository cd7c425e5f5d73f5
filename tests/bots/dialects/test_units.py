"""Units of work of requests: what is committed is also told to the engine."""

import asyncio

from tasktalk.bots.api import units
from tasktalk.bots.api.services import Services
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.service import Tasks
from tests.bots.dialects.conftest import Api, Woken


async def test_a_schedule_whose_client_went_away_is_known_to_the_engine(
    api: Api, services: Services, woken: Woken
) -> None:
    async def action(tasks: Tasks) -> Task:
        return await tasks.create(NewTask(title="t", bot="support", schedule="hourly"))

    actor = Actor("user123", "default", "test")
    request = asyncio.create_task(units.changing(services, actor, action))
    while services.database._committer._writing is None:  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    assert request.cancelled()
    assert woken.count == 1
