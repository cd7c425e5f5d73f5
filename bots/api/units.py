"""Does what a request asks in a unit of work, and again from the start when somebody else was quicker."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.runtime.engine import handed, needs_look, puts_back
from tasktalk.runtime.tasks.model import Actor, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.finishing import to_the_end
from tasktalk.storage.writes import Conflict

T = TypeVar("T")

ATTEMPTS = 50


class Held:
    """What a request changes, held back until its answer is known, so that both are committed together.

    While one is held, `working` commits nothing, and all that the request does is one unit of work.
    """

    def __init__(self) -> None:
        self.work: UnitOfWork | None = None


_held: ContextVar[Held | None] = ContextVar("held", default=None)


@contextmanager
def holding() -> Iterator[Held]:
    """Holds back what is changed inside; whoever holds it has it committed by `commit`, or it never happened."""
    held = Held()
    before = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(before)


def reading(services: Services, actor: Actor) -> Tasks:
    """The tasks as they are committed, or as this request changes them, for a request that looks at them."""
    held = _held.get()
    return _tasks(services, actor, held.work if held else None)


async def changing(services: Services, actor: Actor, action: Callable[[Tasks], Awaitable[T]]) -> T:
    """As `working`, for what is done with tasks."""
    return await working(services, lambda work: action(_tasks(services, actor, work)))


async def working(services: Services, action: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    """What `action` gives, after all that it changed in the unit of work has been committed.

    On a conflict it is run again on what is stored by then, so that of two writers of one field the last one wins and
    writers of different fields both do. Raises Problem `conflict` when it never gets through.
    """
    held = _held.get()
    for _ in range(ATTEMPTS):
        work = (held and held.work) or UnitOfWork(services.database, services.clock.now())
        result = await action(work)
        if held is not None:
            held.work = work
            return result
        try:
            await commit(services, work)
        except Conflict:
            continue
        return result
    raise too_many_others()


async def commit(services: Services, work: UnitOfWork) -> None:
    """Commits a unit of work to its end, and tells the engine. Raises Conflict."""
    # A client that goes away meanwhile must not leave a schedule of which the engine does not know.
    await to_the_end(_commit(services, work))


def too_many_others() -> Problem:
    """The answer when somebody else is quicker each time."""
    return Problem("conflict", "The task is being changed by too many others; try again")


async def _commit(services: Services, work: UnitOfWork) -> None:
    await work.commit()
    if needs_look(work.writes):
        services.engine.wake()
    if puts_back(work.writes):
        services.engine.look_again()
    for conversation_id in handed(work.writes):
        services.engine.look_at(conversation_id)


def _tasks(services: Services, actor: Actor, work: UnitOfWork | None = None) -> Tasks:
    work = work or UnitOfWork(services.database, services.clock.now())
    bots = services.bots
    return Tasks(work, actor, Ports(is_bot=bots.is_bot, check_script=bots.check_script, files=services.files))
