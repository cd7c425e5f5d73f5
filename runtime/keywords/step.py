"""STEP, of a workflow."""

from collections.abc import Sequence

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import durations
from tasktalk.runtime.declared import script_name
from tasktalk.runtime.tasks.references import tag_list
from tasktalk.runtime.turn import Turn


@keyword(
    "STEP <name> [ASSIGN TO <assignee>] [DESCRIPTION <description>] [RUN <script>] "
    f"[TAKES <duration> {durations.UNIT}] [AFTER <after>...] [RETRIES <retries>] [PAUSE <pause>] "
    "[ON FAILURE <fallback>]",
    returns="nothing",
)
def step(
    turn: Turn,
    name: Value,
    assignee: Value = None,
    description: Value = None,
    script: Value = None,
    duration: Value = None,
    unit: Value = None,
    after: Sequence[Value] = (),
    retries: Value = None,
    pause: Value = None,
    fallback: Value = None,
) -> None:
    """A step of the workflow that CREATE WORKFLOW has begun: it will be a task of this name.

    AFTER names the steps that have to be completed before it can be begun. TAKES says how long it takes, in hours
    unless another unit is named. With RUN it is done by a script of this bot, which begins by itself as soon as it can,
    with the step's task in `task`; when the script ends the step is completed, and when it fails so does the step.

    A step that fails is tried again as often as RETRIES says: at once, or after a PAUSE such as "10 minutes", twice as
    long each time, up to a day. Then the step that ON FAILURE names takes its place,
    which is of no use before that; without one the workflow has failed.

    Errors: no-workflow (there is no CREATE WORKFLOW before it), invalid_duration, invalid_retries,
    invalid_retry_pause. What is wrong with the steps together, END WORKFLOW says.

    Example:
        id = CREATE WORKFLOW "Refund"
            STEP "Ask the bank" RETRIES 2 ON FAILURE "Write a cheque"
            STEP "Write a cheque" ASSIGN TO "bob"
            STEP "Tell the customer" ASSIGN TO "ana" TAKES 1 DAY AFTER "Ask the bank"
        END WORKFLOW
        TALK COUNT(FIND TASKS)                          ' bot: 3
    """
    if turn.draft is None:
        hint = 'write CREATE WORKFLOW "name" first, and no HEAR or WAIT behind it'
        raise Refused("no-workflow", "this STEP is in no workflow", hint)
    turn.draft.steps.append(
        {
            "name": values.text(name),
            "assignee": values.text_or_none(assignee),
            "description": values.text_or_none(description),
            "bot": None if script is None else turn.bot,
            "script": None if script is None else script_name(values.text(script), turn.script),
            "duration_hours": None if duration is None else durations.hours("STEP", duration, unit),
            "depends_on": [values.text(other) for given in after for other in tag_list(given)],
            "retry_pause_minutes": None if pause is None else durations.length("STEP", pause).total_seconds() / 60,
            "retries": 0 if retries is None else values.number(retries),
            "on_error": values.text_or_none(fallback),
        }
    )
