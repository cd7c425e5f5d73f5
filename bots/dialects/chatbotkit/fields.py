"""What a request says of a task, in the words that are used inside."""

from collections.abc import Mapping
from typing import Any, Final

from tasktalk.bots.api import metadata
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.dialects.chatbotkit import schedules
from tasktalk.bots.dialects.settings import ChatBotKit
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.schedules import zone_named
from tasktalk.runtime.tasks import changes as checks
from tasktalk.runtime.tasks.model import NewTask, Task, Timing

ERRORS: Final = (
    *("unknown_field", "read_only_field", "invalid_title", "invalid_description", "invalid_context", "invalid_session"),
    *("invalid_schedule", "invalid_timezone", "invalid_bot", "bot_not_found", "invalid_contact", "contact_not_found"),
)
"""What a task that is sent may be refused with."""

_DURATION: Final = "sessionDuration"
NAMES: Mapping[str, str] = {
    "name": "title",
    "description": "description",
    "meta": "context",
    "botId": "bot",
    "contactId": "contact_id",
    _DURATION: "session_ms",
}
"""The fields, by their names inside; `schedule` and `timezone` are told apart from them."""
_TIMING: Final = ("schedule", "timezone")
_NONE: Mapping[str, object] = {"meta": {}}
"""What null stands for where it is not nothing."""
KNOWN: Final = (*NAMES, *_TIMING)
READ_ONLY: Final = ("id", "createdAt", "updatedAt", "status", "outcome", "lastRunAt", "nextRunAt")

LONGEST_TITLE: Final = 200
"""Of one that is taken from the description."""


def new_task(sent: Mapping[str, Any], *, from_export: bool = False) -> NewTask:
    """The task that a request asks for; one `from_export` may have a schedule as other interfaces write it. Raises
    Refused."""
    refuse_unknown(sent, KNOWN, READ_ONLY)
    values = {inner: _checked(outer, sent[outer]) for outer, inner in NAMES.items() if sent.get(outer) is not None}
    values |= metadata.fields(values.get("context", {}), called="meta")
    values["title"] = values.get("title") or _title(values.get("description"))
    timing = _timing(sent, None, is_any=from_export)
    return NewTask(
        **values,
        schedule=timing.spec,
        schedule_words=timing.words,
        timezone=timing.timezone,
    )


def changes(sent: Mapping[str, Any], task: Task, before: Timing | None) -> tuple[dict[str, object], Timing | None]:
    """What is to change of a task and of its schedule; None where that stays. Raises Refused."""
    refuse_unknown(sent, KNOWN, READ_ONLY)
    values = {inner: _checked(outer, sent[outer]) for outer, inner in NAMES.items() if outer in sent}
    if "context" in values:
        values |= {
            "context": task.context,
            "tags": task.tags,
            **metadata.fields(values["context"], task, called="meta"),
        }
    if "title" in values:
        values["title"] = values["title"] or _title(values.get("description", task.description))
    if not set(sent) & set(_TIMING):
        return values, None
    if before is not None and all(sent.get(name, shown) == shown for name, shown in _shown(before).items()):
        return values, None
    return values, _timing(sent, before)


def as_decided(sent: Mapping[str, Any], decided: ChatBotKit) -> Mapping[str, Any]:
    """What is sent, as the host decided that it is read."""
    duration, longest = sent.get(_DURATION), checks.LONGEST_SESSION_MS
    is_over = isinstance(duration, int) and duration > longest
    return {**sent, _DURATION: longest} if is_over and decided.session_duration_over_max == "clamp" else sent


def shown_schedule(timing: Timing | None) -> str:
    """A schedule as its author wrote it."""
    return schedules.NEVER if timing is None else timing.words or timing.spec


def shown_timezone(timing: Timing | None) -> str:
    """The zone in which a schedule is read."""
    return "UTC" if timing is None else timing.timezone


def _shown(timing: Timing) -> Mapping[str, str]:
    return {"schedule": shown_schedule(timing), "timezone": shown_timezone(timing)}


def _timing(sent: Mapping[str, Any], before: Timing | None, *, is_any: bool = False) -> Timing:
    written = sent.get("schedule", shown_schedule(before))
    zone = sent.get("timezone", shown_timezone(before))
    if not isinstance(zone, str | None):
        raise Refused("invalid_timezone", "timezone must be the name of a time zone, such as Europe/Berlin, or null")
    zone = "UTC" if zone is None else zone
    try:
        zone_named(zone)
    except Refused as refused:
        raise Refused(refused.code, f"timezone cannot be this: {refused.message}", refused.hint) from None
    if before is not None and "schedule" not in sent and before.words is None:
        return Timing(before.spec, zone, None)  # it may be one that other interfaces write
    written = schedules.NEVER if written is None else written
    spec = schedules.read(written, zone, is_any=is_any)
    return Timing(spec, zone, None if spec == written else written)


def _checked(outer: str, value: object) -> object:
    """The value that a field is to have. Raises Refused that names the field."""
    if outer == "name" and (value is None or (isinstance(value, str) and not value.strip())):
        return None
    if outer == "name" and not isinstance(value, str):
        raise Refused("invalid_title", "name must be a text")
    try:
        return checks.CHECKS[NAMES[outer]](_NONE.get(outer) if value is None else value)
    except Refused as refused:
        raise Refused(refused.code, f"{outer} cannot be this: {refused.message}", refused.hint) from None


def _title(description: object) -> str:
    """The name of a task that has been given none."""
    first = str(description or "").strip().partition("\n")[0].strip()
    return first[:LONGEST_TITLE].strip() or "Task"
