"""CREATE TASK FROM TEMPLATE."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.records import handle
from tasktalk.runtime.tasks.references import context_of, tag_list
from tasktalk.runtime.tasks.statuses import priority_of
from tasktalk.runtime.tasks.templates import Templates
from tasktalk.runtime.turn import Turn


@keyword(
    "CREATE TASK FROM TEMPLATE <template> [WITH <variables>] [TITLE <title>] [ASSIGN TO <assignee>] "
    "[PRIORITY <priority>] [DUE <due_date>] [TAGS <tags>] [DESCRIPTION <description>] [CONTEXT <context>]",
    returns="text",
)
async def create_task_from_template(
    turn: Turn,
    template: Value,
    variables: Value = None,
    title: Value = None,
    assignee: Value = None,
    priority: Value = None,
    due_date: Value = None,
    tags: Value = None,
    description: Value = None,
    context: Value = None,
) -> str:
    """Makes a task as a template says, and gives its id as CREATE TASK does.

    Templates are made in the task API; one is named by its name or its id. WITH gives the values for what stands in the
    template's description as {{name}}. What the other clauses say wins over the template. The task remembers in its
    context the conversation that it comes from.

    Errors: template_not_found, missing_variable, invalid_variables, and those of CREATE TASK.

    Example:
        TRY
            CREATE TASK FROM TEMPLATE "Complaint" WITH {order: "#12"} ASSIGN TO "ana" DUE "tomorrow"
        CATCH e
            TALK e.message                      ' bot: Template Complaint not found
        END TRY
    """
    templates, now = Templates(turn.tasks), turn.now()
    given: dict[str, Any] = {
        "title": values.text_or_none(title),
        "assignee": values.text_or_none(assignee) or None,
        "priority": None if priority is None else priority_of(priority),
        "due_at": None if due_date is None else due.required(due_date, now),
        "tags": None if tags is None else tag_list(tags),
        "description": values.text_or_none(description),
        "context": context_of({}, context),
    }
    found = await templates.named(values.text(template))
    task = await templates.use(found, _plain(variables), {k: value for k, value in given.items() if value is not None})
    return handle(task, turn.tasks.address(task))


def _plain(variables: Value) -> object:
    """The variables as templates take them: dates as texts."""
    if not isinstance(variables, Mapping):
        return variables
    return {name: values.text(value) if isinstance(value, datetime) else value for name, value in variables.items()}
