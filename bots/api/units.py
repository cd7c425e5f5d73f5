"""Does what a request asks in a unit of work, and again from the start when somebody else was quicker."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.runtime.engine import needs_look
from tasktalk.runtime.tasks.model import Actor, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.finishing import to_the_end
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
            # A client that goes away meanwhile must not leave a schedule of which the engine does not know.
            await to_the_end(_commit(services, tasks.work))
        except Conflict:
            continue
        return result
    raise Problem("conflict", "The task is being changed by too many others; try again")


async def _commit(services: Services, work: UnitOfWork) -> None:
    await work.commit()
    if needs_look(work.writes):
        services.engine.wake()


def _tasks(services: Services, actor: Actor) -> Tasks:
    work = UnitOfWork(services.database, services.clock.now())
    return Tasks(work, actor, Ports(is_bot=services.bots.is_bot))
