"""Tasks that wait for others, by what their metadata says: `dependsOn` has the id of a task, or a list of some."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.dependencies import MOST
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks

FIELD: Final = "dependsOn"


async def follow(tasks: Tasks, task: Task, before: Mapping[str, Any], after: Mapping[str, Any]) -> Task:
    """The task once it waits for what its metadata names now, and for nothing that only the metadata before named.

    What is no task, or cannot be waited for, is data and nothing else.
    """
    if before.get(FIELD) == after.get(FIELD):
        return task
    known, gone, named = await tasks.dependencies(task), await _named(tasks, before), await _named(tasks, after)
    wanted = [*(other for other in known if other not in gone), *named]
    with suppress(Refused):  # nothing was written then
        return await tasks.set_dependencies(task.id, wanted)
    return task


async def _named(tasks: Tasks, metadata: Mapping[str, Any]) -> Sequence[str]:
    """The ids of the first of them, so many as one can wait for."""
    said = metadata.get(FIELD)
    listed = said if isinstance(said, list) else [said]
    spelled = [str(each) for each in listed if isinstance(each, str | int) and not isinstance(each, bool)]
    return [task.id for task in await tasks.those(spelled[:MOST])]
