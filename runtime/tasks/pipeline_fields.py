"""What each field of a pipeline and of a stage may hold, said to those who call them workflows and steps."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes as fields

MOST_STAGES = 100
MOST_ATTEMPTS = 100
LONGEST_PAUSE_SECONDS = 86_400
LARGEST_NUMBER = 2_147_483_647

_Checks: TypeAlias = Mapping[str, Callable[[object], object]]


def of_pipeline(asked: Mapping[str, object]) -> dict[str, Any]:
    """The values to keep of a pipeline; raises Refused with the code of the first bad one."""
    return _checked(asked, _OF_PIPELINE)


def of_new_pipeline(asked: Mapping[str, object]) -> dict[str, Any]:
    """The same of one that is made, with what it has unless that is said."""
    return of_pipeline(
        {"name": None, "description": "", "instructions": "", "stages": (), "first_stage": None, **asked}
    )


def of_stage(asked: Mapping[str, object]) -> dict[str, Any]:
    """The values to keep of a stage; raises Refused with the code of the first bad one."""
    return _checked(asked, _OF_STAGE)


def of_new_stage(asked: Mapping[str, object]) -> dict[str, Any]:
    """The same of one that is made, with what it has unless that is said."""
    return of_stage({**_NEW_STAGE, **asked})


def number_of(value: object, code: str, called: str, field: str | None = None) -> int:
    """The number of a pipeline or a stage, which are called so, in the field of this name. Raises Refused with the
    code."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(code, f"{field or called.capitalize()} must be a whole number")
    if not 0 <= value <= LARGEST_NUMBER:
        raise Refused(code, f"There is no {called} {str(value)[:20]}")
    return value


def too_many_stages(count: int | None = None) -> Refused:
    """What to say where there are more, so many if that is known."""
    got = "" if count is None else f", got {count:,}"
    return Refused("invalid_steps", f"A workflow can have at most {MOST_STAGES} steps{got}")


def _name(called: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Refused("missing_name", f"A {called} needs a name: a text that is not blank")
        return fields.plain_text(value.strip(), "invalid_name", "Name")

    return check


def _text(what: str) -> Callable[[object], str]:
    return lambda value: "" if value is None else fields.plain_text(value, f"invalid_{what}", what.capitalize())


def _named(what: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise Refused(f"invalid_{what}", f"{what.capitalize()} must be a name, or null")
        return fields.plain_text(value.strip(), f"invalid_{what}", what.capitalize())

    return check


def _number(code: str, called: str) -> Callable[[object], int | None]:
    return lambda value: None if value is None else number_of(value, code, called)


def _stages(value: object) -> list[int]:
    if not isinstance(value, list | tuple):
        raise Refused("invalid_steps", "Steps must be a list of the numbers of steps")
    if len(value) > MOST_STAGES:
        raise too_many_stages(len(value))
    found = [number_of(each, "unknown_step", "step") for each in value]
    if len(set(found)) < len(found):
        raise Refused("invalid_steps", "A step can be in a workflow once")
    return found


def _attempts(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_ATTEMPTS:
        raise Refused("invalid_attempts", f"A step can be tried 1 to {MOST_ATTEMPTS} times")
    return value


def _pause(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_PAUSE_SECONDS:
        raise Refused("invalid_pause", f"The pause must be a number of seconds from 0 to {LONGEST_PAUSE_SECONDS:,}")
    return float(value)


_OF_BOTH: _Checks = {"description": _text("description"), "instructions": _text("instructions")}
_OF_PIPELINE: _Checks = {
    "name": _name("workflow"),
    **_OF_BOTH,
    "stages": _stages,
    "first_stage": _number("unknown_step", "step"),
}
_OF_STAGE: _Checks = {
    "name": _name("step"),
    **_OF_BOTH,
    "pipeline": _number("unknown_workflow", "workflow"),
    "next": _number("unknown_step", "step"),
    "failed_next": _number("unknown_step", "step"),
    "attempts": _attempts,
    "pause_seconds": _pause,
    "bot": _named("bot"),
    "script": _named("script"),
}
_NEW_STAGE: Mapping[str, object] = {
    **dict.fromkeys(("name", "pipeline", "next", "failed_next", "bot", "script")),
    "description": "",
    "instructions": "",
    "attempts": 1,
    "pause_seconds": 0,
}


def _checked(asked: Mapping[str, object], checks: _Checks) -> dict[str, Any]:
    return {name: checks[name](value) for name, value in asked.items()}
