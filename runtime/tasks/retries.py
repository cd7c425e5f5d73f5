"""Steps of workflows and stages of pipelines that are tried again after a pause: when their time has come, they go on,
each once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import pipelines, workflows
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row

PAGE = 200
ACTOR = "clock"

_log = logging.getLogger("tasktalk.tasks")


async def due(reader: Reader, now: datetime) -> Sequence[Row]:
    """The steps and stages whose pause is over, a page of each; to be given to `begin`."""
    return [*await workflows.paused(reader, now, PAGE), *await pipelines.paused(reader, now, PAGE)]


async def begin(database: Database, found: Sequence[Row], now: datetime) -> None:
    """Lets each go on; one that somebody has taken up meanwhile is left alone."""
    for step in found:
        work = UnitOfWork(database, now)
        row = await work.task(step["id"])
        if row is None:
            continue
        tasks = Tasks(work, Actor(ACTOR, row["organisation_id"], ACTOR))
        await tasks.again(step["id"])
        try:
            await work.commit()
        except Conflict as conflict:
            _log.info("step %s was changed while it was to go on: %s", step["id"], conflict)
