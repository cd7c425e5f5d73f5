"""CREATE TEMPLATE."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime.tasks.references import tag_list
from tasktalk.runtime.tasks.templates import Templates
from tasktalk.runtime.turn import Turn


@keyword(
    "CREATE TEMPLATE <name> [DESCRIPTION <description>] [PRIORITY <priority>] [TAGS <tags>] [CHECKLIST <items>]",
    returns="text",
)
async def create_template(
    turn: Turn,
    name: Value,
    description: Value = None,
    priority: Value = None,
    tags: Value = None,
    items: Value = None,
) -> str:
    """Makes a template, which says what tasks of one kind have in common. Gives its id, a text that begins `tpl_`.

    CREATE TASK FROM TEMPLATE makes the tasks. In the description may stand names as {{order}}, which WITH fills in
    there. Each task gets its own copy of the checklist.

    A script may say this each time that it runs: a template that is just so already stays the only one. When the line
    says something else than before, tasks are made as it says now; those that are there stay as they are.

    Errors: missing_name, invalid_priority, invalid_tags, invalid_checklist (no list of texts).

    Example:
        CREATE TEMPLATE "Refund" PRIORITY "high" DESCRIPTION "Order {{order}}" CHECKLIST ["Ask the bank", "Pay"]
        id = CREATE TASK FROM TEMPLATE "Refund" WITH {order: "#12"} ASSIGN TO "ana"
        task = GET TASK id
        TALK task.title, ", ", task.priority, ": ", task.description    ' bot: Refund, high: Order #12
        TALK "First: ", task.checklist[0].text                          ' bot: First: Ask the bank
    """
    made = await Templates(turn.tasks).ensure(
        values.text(name),
        None if description is None else values.text(description),
        "medium" if priority is None else values.text(priority),
        [] if tags is None else tag_list(tags),
        [] if items is None else items,
    )
    return Handle.of(made.id, {"template_id": made.id, "id": made.id, "name": made.name})
