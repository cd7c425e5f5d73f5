"""LINK TASKS."""

from collections.abc import Sequence
from itertools import pairwise

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.references import one_by_one, task_id
from tasktalk.runtime.turn import Turn


@keyword("LINK TASKS <tasks>...", returns="nothing")
async def link_tasks(turn: Turn, tasks: Sequence[Value]) -> None:
    """Puts tasks in a row: each one can be begun only when the one before it is completed.

    What they waited for already they go on waiting for. A list of tasks is as good as several.

    Errors: task_not_found, cyclic_dependency, blocked_by_dependency (one that has begun cannot be made to wait).

    Example:
        pack = CREATE TASK "Pack"
        drive = CREATE TASK "Drive"
        unpack = CREATE TASK "Unpack"
        LINK TASKS pack, drive, unpack
        COMPLETE TASK pack
        SET TASK STATUS drive, "in_progress"
        TRY
            COMPLETE TASK unpack
        CATCH e
            TALK e.message          ' bot: "Unpack" cannot be begun before "Drive"
        END TRY
    """
    ids = [task_id(task) for task in one_by_one(tasks)]
    for first, then in pairwise(ids):
        await turn.tasks.add_dependency(then, first)
