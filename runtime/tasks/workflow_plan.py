"""What a new workflow is to be: read from what was asked for, and checked as a whole before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes
from tasktalk.runtime.tasks.dependencies import cyclic
from tasktalk.runtime.tasks.workflow import cycle

MOST_STEPS = 100
MOST_HOURS = 87_600
"""Ten years: of a hundred such steps in a row a date still tells the end."""
MOST_RETRIES = 100
MOST_PAUSE_MINUTES = 60 * 24 * 366
STEP_FIELDS = (
    "name", "description", "assignee", "bot", "script", "duration_hours", "depends_on", "retries",
    "retry_pause_minutes", "on_error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step; `depends_on` and `on_error` are names of steps."""

    name: str
    duration_hours: float | None
    depends_on: tuple[str, ...]
    retries: int
    on_error: str | None
    script: str | None
    pause_minutes: float = 0.0
    description: object = ""
    assignee: object = None
    bot: object = None


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """A workflow with its steps in the order in which they were declared."""

    name: str
    steps: tuple[StepPlan, ...]


@dataclass(slots=True)
class Draft:
    """A workflow that a script is writing down, from CREATE WORKFLOW to END WORKFLOW. Its id is given out already."""

    id: str
    name: str
    steps: list[dict[str, object]] = field(default_factory=list)


def read(name: object, steps: object) -> WorkflowPlan:
    """The plan. Raises Refused with the code of the first thing that is wrong."""
    title = _name(name, "A workflow")
    if not isinstance(steps, list | tuple) or not steps:
        raise Refused("invalid_steps", "A workflow needs a list of steps with at least one in it")
    if len(steps) > MOST_STEPS:
        raise Refused("invalid_steps", f"A workflow can have {MOST_STEPS} steps, got {len(steps)}")
    plans = tuple(_step(step, number) for number, step in enumerate(steps, 1))
    _check_names(plans)
    return WorkflowPlan(title, plans)


def context(value: object) -> dict[str, changes.JSON]:
    """What goes into the context of each step's task. Raises Refused `invalid_context`."""
    return {} if value is None else changes.context(value)


def _check_names(plans: Sequence[StepPlan]) -> None:
    names = [plan.name for plan in plans]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Refused("duplicate_step", f'Two steps are called "{name}"')
    waits_for = {plan.name: plan.depends_on for plan in plans}
    for plan in plans:
        for other in (*plan.depends_on, *([plan.on_error] if plan.on_error is not None else [])):
            if other not in waits_for:
                raise Refused("unknown_step", f'"{plan.name}" names the step "{other}", and there is none')
    for plan in plans:
        if plan.on_error is not None:
            waits_for[plan.on_error] = (*waits_for[plan.on_error], plan.name)
    if found := cycle(waits_for):
        raise cyclic(found)


def _step(step: object, number: int) -> StepPlan:
    if not isinstance(step, Mapping):
        raise Refused("invalid_steps", f"Step {number} must be a record (a JSON object)")
    for unknown in step:
        if unknown not in STEP_FIELDS:
            raise Refused("unknown_field", f"A step has no field {unknown[:100]}; it can have {', '.join(STEP_FIELDS)}")
    given = {key: value for key, value in step.items() if value is not None}
    name = _name(given.get("name"), f"Step {number}")
    on_error, script = given.get("on_error"), given.get("script")
    return StepPlan(
        name,
        _hours(given.get("duration_hours"), name),
        _names(given.get("depends_on", ()), name),
        _retries(given.get("retries", 0), name),
        None if on_error is None else _text(on_error, "invalid_on_error", f'The error step of "{name}"'),
        None if script is None else _text(script, "invalid_script", f'The script of "{name}"'),
        _pause(given.get("retry_pause_minutes", 0), name),
        changes.description(given.get("description")),
        given.get("assignee"),
        given.get("bot"),
    )


def _name(value: object, what: str) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Refused("missing_name", f"{what} needs a name: a text that is not blank")
    return _text(value, "invalid_name", f"The name of {what[0].lower()}{what[1:]}")


def _text(value: object, code: str, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused(code, f"{what} must be a text that is not blank")
    return changes.plain_text(value.strip(), code, what)


def _names(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise Refused("invalid_depends_on", f'What "{name}" depends on must be a list of names of steps')
    return tuple(dict.fromkeys(_text(other, "invalid_depends_on", f'What "{name}" depends on') for other in value))


def _hours(value: object, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_HOURS:
        raise Refused(
            "invalid_duration", f'"{name}" must take a number of hours, more than 0 and at most {MOST_HOURS:,}'
        )
    return float(value)


def _retries(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_RETRIES:
        raise Refused("invalid_retries", f'"{name}" can be tried again 0 to {MOST_RETRIES} times')
    if value != int(value):
        raise Refused("invalid_retries", f'"{name}" can be tried again a whole number of times')
    return int(value)


def _pause(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_PAUSE_MINUTES:
        wrong = f'"{name}" can pause for 0 minutes to a year before it is tried again'
        raise Refused("invalid_retry_pause", wrong)
    return float(value)
