"""SET TASK DEPENDS ON."""

from collections.abc import Sequence

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import one_by_one, task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK DEPENDS ON <task>, <others>...", returns="text")
async def set_task_depends_on(turn: Turn, task: Value, others: Sequence[Value]) -> str:
    """Says which tasks have to be completed before this one can be begun: these, and no others. Gives the task's id.

    A list of tasks is as good as several; NULL takes all of them away. To begin the task earlier is an error then,
    whoever tries it: blocked_by_dependency. A task that has begun cannot be made to wait any more.

    Errors: task_not_found, cyclic_dependency (they would wait for each other), blocked_by_dependency,
    invalid_depends_on (more than 100).

    Example:
        pack = CREATE TASK "Pack"
        drive = CREATE TASK "Drive"
        SET TASK DEPENDS ON drive, pack
        TRY
            SET TASK STATUS drive, "in_progress"
        CATCH e
            TALK e.message          ' bot: "Drive" cannot be begun before "Pack"
        END TRY
    """
    ids = [task_id(other) for other in one_by_one(others) if other is not None]
    return spelled((await turn.tasks.set_dependencies(task_id(task), ids)).id)
