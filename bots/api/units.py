"""Does what a request asks in a unit of work, and again from the start when somebody else was quicker."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.runtime.tasks.model import Actor, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Conflict

T = TypeVar("T")

_ATTEMPTS = 50


def reading(services: Services, actor: Actor) -> Tasks:
    """The tasks as they are committed, for a request that changes nothing."""
    return _tasks(services, actor)


async def changing(services: Services, actor: Actor, action: Callable[[Tasks], Awaitable[T]]) -> T:
    """What `action` gives, after all that it changed has been committed.

    On a conflict it is run again on what is stored by then, so that of two writers of one field the last one wins and
    writers of different fields both do. Raises Problem `conflict` when it never gets through.
    """
    for _ in range(_ATTEMPTS):
        tasks = _tasks(services, actor)
        result = await action(tasks)
        try:
            await tasks.work.commit()
        except Conflict:
            continue
        if any(write.table == "schedule" for write in tasks.work.writes.writes):
            services.engine.wake()
        return result
    raise Problem("conflict", "The task is being changed by too many others; try again")


def _tasks(services: Services, actor: Actor) -> Tasks:
    work = UnitOfWork(services.database, services.clock.now())
    return Tasks(work, actor, Ports(is_bot=services.bots.is_bot))
