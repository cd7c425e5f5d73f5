"""CREATE TASK."""

from collections.abc import Sequence

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks import arguments, due
from tasktalk.runtime.tasks.model import NewTask
from tasktalk.runtime.tasks.records import handle
from tasktalk.runtime.tasks.references import context_of, tag_list
from tasktalk.runtime.tasks.statuses import priority_of, status_word
from tasktalk.runtime.turn import Turn


@keyword(
    "CREATE TASK <title>[, <more>...] [ASSIGN TO <assignee>] [PRIORITY <priority>] [DUE <due_date>] [TAGS <tags>] "
    "[DESCRIPTION <description>] [CONTEXT <context>] [IN PROJECT <project>] [IN SPACE <space>] [WITH STATUS <status>]",
    returns="text",
)
async def create_task(
    turn: Turn,
    title: Value,
    more: Sequence[Value] = (),
    assignee: Value = None,
    priority: Value = None,
    due_date: Value = None,
    tags: Value = None,
    description: Value = None,
    context: Value = None,
    project: Value = None,
    space: Value = None,
    status: Value = None,
) -> str:
    """Makes a task and gives its id, a text that begins `tsk_`.

    The id also has `.task_id` (itself), `.url` (its address in the tasks API) and `.status`, which is how the task
    stood when it was made: GET TASK STATUS tells how it stands now.

    After the title come, in any order, whom it is for, how urgent it is and when it is due: each value is taken by what
    it is. Named clauses say it outright, and win. A due date is a date, seconds from now, or words such as "tomorrow",
    "in 3 days", "friday" or "end of month"; a day means the end of that day, in UTC. The task remembers in its context
    the conversation that it comes from.

    Errors: missing_title, invalid_priority, invalid_status, invalid_due_date, invalid_tags, invalid_context,
    invalid_argument (a value that could be anything).

    Example:
        id = CREATE TASK "Call Ana back", "user456", "high", "tomorrow"
        TALK GET TASK STATUS id                                             ' bot: pending
        CREATE TASK "Order paper" PRIORITY "low" DUE "in 3 days" TAGS ["office"]
    """
    now = turn.now()
    users = [text for text in arguments.doubtful(more, now) if await turn.tasks.knows_user(text)]
    read = arguments.read(more, now, users)
    named = {
        "assignee": assignee,
        "priority": priority,
        "due": due_date,
        "tags": tags,
        "description": description,
        "context": context,
        "project": project,
    }
    read |= {name: value for name, value in named.items() if value is not None}
    about: dict[str, Value] = {}
    for name, value in (("project", read.get("project")), ("space", space)):
        if value is not None:
            about[name] = values.text(value)
    task = await turn.tasks.create(
        NewTask(
            title=values.text_or_none(title),
            description=values.text_or_none(read.get("description")),
            assignee=values.text_or_none(read.get("assignee")) or None,
            priority="medium" if read.get("priority") is None else priority_of(read["priority"]),
            due_at=None if read.get("due") is None else due.required(read["due"], now),
            tags=tag_list(read.get("tags")),
            context=context_of(about, read.get("context")),
            status="pending" if status is None else status_word(values.text(status)),
        )
    )
    return handle(task, turn.tasks.address(task))
