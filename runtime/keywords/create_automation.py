"""CREATE AUTOMATION."""

from collections.abc import Mapping
from typing import Any

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused, nearest
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime import durations
from tasktalk.runtime.declared import script_name
from tasktalk.runtime.tasks.automations import Automations
from tasktalk.runtime.tasks.references import tag_list
from tasktalk.runtime.turn import Turn

HAPPENS: Mapping[str, str] = {
    "CREATED": "task_created",
    "UPDATED": "task_updated",
    "ASSIGNED": "task_assigned",
    "COMPLETED": "task_completed",
    "OVERDUE": "task_overdue",
    "DELETED": "task_deleted",
    "COMMENTED": "comment_added",
    "DUE_SOON": "sla_warning",
    "BREACHED": "sla_breached",
}
"""What can happen to a task, as scripts call it."""


@keyword(
    "CREATE AUTOMATION <name> [ON TAG <tag>|ON TASK <event:word>|ON MESSAGE <words>|ON SCHEDULE <times>] "
    "[TIMEZONE <timezone>] [CREATE TASK <title>] [FROM TEMPLATE <template>] [ASSIGN TO <assignee>|AUTO ASSIGN] "
    "[PRIORITY <priority>] [TAGS <tags>] [DESCRIPTION <description>] "
    f"[DUE IN <duration> {durations.UNIT}] [NOTIFY <user>] [SAYING <text>] [RUN <script>] [CALL WEBHOOK <webhook>]",
    returns="text",
)
async def create_automation(
    turn: Turn,
    name: Value,
    tag: Value = None,
    event: Value = None,
    words: Value = None,
    times: Value = None,
    timezone: Value = None,
    title: Value = None,
    template: Value = None,
    assignee: Value = None,
    auto_assign: bool = False,
    priority: Value = None,
    tags: Value = None,
    description: Value = None,
    duration: Value = None,
    unit: Value = None,
    user: Value = None,
    text: Value = None,
    script: Value = None,
    webhook: Value = None,
) -> str:
    """Makes a rule that acts by itself from now on, also when no script runs. Gives its id, which begins `aut_`.

    ON says when: ON TAG when a conversation gets this tag, once for each conversation; ON TASK when a task is CREATED,
    UPDATED, ASSIGNED, COMPLETED, OVERDUE, DELETED or COMMENTED, or, where the organisation says by when tasks of a
    priority are due, DUE_SOON or BREACHED; ON MESSAGE when somebody writes these words to a bot;
    ON SCHEDULE at times such as "weekdays at 8am", once at each, in the organisation's time zone unless TIMEZONE names
    another. Then one thing is done: CREATE TASK and FROM TEMPLATE, or one of them, make a task, which AUTO ASSIGN gives
    to whoever has fewest; NOTIFY tells a user what SAYING says; RUN runs a script of this bot; CALL WEBHOOK calls one.

    A script may say this each time that it runs: there is one rule of each name, and it is as the line said last.

    Errors: invalid_trigger, invalid_action (also for a user that there is not), invalid_script (this bot has none of
    that name), webhook_not_found, and those of CREATE TASK.

    Example:
        CREATE AUTOMATION "Call back" ON TAG "angry" CREATE TASK "Call this customer" PRIORITY "high" DUE IN 2 HOURS
        TAG CONVERSATION "angry"
        HEAR more
        TALK COUNT(FIND TASKS PRIORITY "high")
        ' user: Hello?
        ' bot: 1
    """
    trigger = _trigger(tag, event, words, times, timezone)
    action = _only(
        {
            "create_task": _given(
                title=title,
                template=template,
                assignee=assignee,
                priority=priority,
                description=description,
                tags=None if tags is None else tag_list(tags),
                due_in_hours=None if duration is None else durations.hours("CREATE AUTOMATION", duration, unit),
                auto_assign=auto_assign or None,
            ),
            "notify": _given(user=user, text=text),
            "run_script": _given(bot=None if script is None else turn.bot, script=_script(script, turn)),
            "call_webhook": _given(webhook=webhook),
        }
    )
    row = await Automations(turn.tasks).ensure(values.text(name), trigger, action)
    return Handle.of(row["id"], {"automation_id": row["id"], "id": row["id"], "name": row["name"]})


def _trigger(tag: Value, event: Value, words: Value, times: Value, timezone: Value) -> dict[str, Any]:
    given = _given(conversation_tag=tag, task_event=event, message_text=words, schedule=times)
    if not given:
        hint = 'such as ON TAG "urgent", ON TASK OVERDUE, ON MESSAGE "help" or ON SCHEDULE "weekdays at 8am"'
        raise Refused("invalid_trigger", "this automation is never to act", hint)
    [(kind, value)] = given.items()
    if kind == "task_event" and isinstance(value, str):
        value = happens(value)
    return {"type": kind, "value": value, **_given(timezone=timezone)}


def happens(written: str) -> str:
    """The kind of event that a script means by a word such as OVERDUE. Refuses `invalid_trigger`."""
    word = written.strip().upper()
    if word not in HAPPENS:
        near = nearest(word, HAPPENS)
        hint = f"did you mean {near}?" if near else None
        raise Refused("invalid_trigger", f"Behind ON TASK stands one of: {', '.join(HAPPENS)}", hint)
    return HAPPENS[word]


def _only(actions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    given = [(kind, fields) for kind, fields in actions.items() if fields]
    if len(given) != 1:
        hint = "one thing: CREATE TASK, NOTIFY … SAYING …, RUN or CALL WEBHOOK"
        what = "this automation does nothing" if not given else "an automation does one thing, and this one does two"
        raise Refused("invalid_action", what, hint)
    return {"type": given[0][0], **given[0][1]}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _script(script: Value, turn: Turn) -> str | None:
    return None if script is None else script_name(values.text(script), turn.script)
