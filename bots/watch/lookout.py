"""Looks into the database for those who watch the server: one look at a time, however many ask."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from tasktalk.bots.api.services import Services
from tasktalk.storage import queues
from tasktalk.storage.queues import Queue

LOOK_SECONDS = 1.0

_log = logging.getLogger("tasktalk.watch")


@dataclass(frozen=True, slots=True)
class Sight:
    """What was in the database at one moment."""

    inbox: Queue
    outbox: Queue
    due: Mapping[str, Queue]
    events: int
    is_newest: bool


class Lookout:
    """The one who looks. A database that hangs keeps one connection busy, and nobody waiting."""

    def __init__(self, services: Services, seconds: float = LOOK_SECONDS) -> None:
        self._services, self._seconds = services, seconds
        self._looking: asyncio.Task[Sight] | None = None
        self._trying: asyncio.Task[None] | None = None

    async def look(self) -> Sight | None:
        """What is there; None when the database does not tell in time. The log has the reason."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._looked)
        done, _ = await asyncio.wait([self._looking], timeout=self._seconds)
        if not done:
            _log.warning("the database has not answered for %g seconds", self._seconds)
            return None
        [task] = done
        return None if task.exception() else task.result()

    def can_write(self) -> bool:
        """Whether the last commit was written. Where it was not, one is tried meanwhile, for whoever asks next.

        Else a server that gets no callers because it is not ready would never find out that it is.
        """
        problem = self._services.database.problem
        if problem is not None and (self._trying is None or self._trying.done()):
            self._trying = asyncio.create_task(self._services.database.try_writing())
        return problem is None

    def _looked(self, task: asyncio.Task[Sight]) -> None:
        self._looking = None
        if not task.cancelled() and (error := task.exception()):
            _log.warning("the database cannot be read: %s", error)

    async def _look(self) -> Sight:
        channels, now = self._services.engine.load.channels, self._services.clock.now()
        async with self._services.database.read() as reader:
            return Sight(
                await queues.inbox(reader),
                await queues.outbox(reader, channels),
                await queues.due(reader, now),
                await queues.events(reader),
                await queues.is_newest(reader),
            )
