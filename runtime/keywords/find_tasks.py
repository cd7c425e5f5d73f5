"""FIND TASKS."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Rows, Value
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.records import record
from tasktalk.runtime.tasks.references import tag_list
from tasktalk.runtime.tasks.statuses import priority_of, status_of, status_word
from tasktalk.runtime.turn import Turn
from tasktalk.storage.listing import TaskFilter

MOST = 100


@keyword(
    "FIND TASKS [STATUS <status>] [PRIORITY <priority>] [ASSIGNEE <assignee>] [TAGS <tags>] [DUE BEFORE <due_before>]"
    " [DUE AFTER <due_after>] [LIMIT <limit>]",
    returns="rows",
    bare=True,
)
async def find_tasks(
    turn: Turn,
    status: Value = None,
    priority: Value = None,
    assignee: Value = None,
    tags: Value = None,
    due_before: Value = None,
    due_after: Value = None,
    limit: Value = None,
) -> Rows:
    """The tasks for which all that is said holds, the newest first: a list of records, at most a hundred.

    A status or priority may be a list of several. Scheduled tasks are left out.

    Errors: invalid_status, invalid_priority, invalid_due_date, invalid_tags, invalid_limit.

    Example:
        CREATE TASK "Order paper" ASSIGN TO "bob" TAGS ["office"]
        CREATE TASK "Call Ana" ASSIGN TO "ana"
        found = FIND TASKS ASSIGNEE "bob" STATUS "pending"
        TALK COUNT(found), " ", found[0].title          ' bot: 1 Order paper
        TALK COUNT(FIND TASKS)                          ' bot: 2
    """
    now = turn.now()
    matching = TaskFilter(
        statuses=None if status is None else [status_of(status_word(word)) for word in _words(status)],
        priorities=None if priority is None else [priority_of(word) for word in _words(priority)],
        assignee=None if assignee is None else values.text(assignee).strip(),
        due_before=None if due_before is None else due.required(due_before, now),
        due_after=None if due_after is None else due.required(due_after, now),
        tags=fields.tags(tag_list(tags)),
    )
    most = MOST if limit is None else _most(limit)
    return Rows(record(task, turn.now()) for task in await turn.tasks.find(matching, most))


def _most(limit: Value) -> int:
    if (asked := values.whole(limit)) < 0:
        raise Refused("invalid_limit", f"LIMIT must be a whole number from 0, got {asked}")
    return min(MOST, asked)


def _words(value: Value) -> list[str]:
    return [values.text(word) for word in (value if isinstance(value, list) else [value])]
