"""What each field of a task may hold, and what differs between what a task has and what it shall have."""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias, cast

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.statuses import priority_of, status_of

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

MOST_TAGS = 100
MOST_ITEMS = 200
MOST_CHARACTERS = 255  # of what lists are found by: PostgreSQL has no index for long texts
MOST_NESTING = 100
MOST_RETRIES = 100
ASSIGNEE_TYPES = ("agent", "user")
LONGEST_SESSION_MS = 3_600_000
MOST_MINUTES = 1_000_000_000  # about 1,900 years; beyond it a float no longer counts minutes


def title(value: object) -> str:
    """A title: text that is not blank, without blanks around it."""
    if not isinstance(value, str) or not value.strip():
        raise Refused("missing_title", "A task needs a title: a text that is not blank")
    return plain_text(value.strip(), "invalid_title", "Title")


def description(value: object) -> str:
    """Any text; None is the empty one."""
    return "" if value is None else plain_text(value, "invalid_description", "Description")


def assignee(value: object) -> str | None:
    """The id of a user, or None for nobody."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_assignee", "Assignee must be the id of a user, or null")
    return _short(value.strip(), "invalid_assignee", "Assignee")


def due_at(value: object) -> datetime | None:
    """A moment, to the second, or None. Whether it lies ahead is not asked here."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Refused("invalid_due_date", due.NOT_A_DATE)
    return value.replace(microsecond=0)


def progress(value: object) -> int:
    """A whole number of per cent."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100 or value != int(value):
        raise Refused("invalid_progress", "Progress must be a whole number from 0 to 100")
    return int(value)


def time_spent_minutes(value: object) -> float:
    """Minutes, not below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_MINUTES:
        raise Refused("invalid_time_spent", f"Time spent must be a number of minutes from 0 to {MOST_MINUTES:,}")
    return float(value)


def tags(value: object) -> list[str]:
    """A list of texts, kept as it is."""
    if not isinstance(value, list | tuple) or not all(isinstance(tag, str) and tag.strip() for tag in value):
        raise Refused("invalid_tags", "Tags must be a list of texts that are not blank")
    if len(value) > MOST_TAGS:
        raise Refused("invalid_tags", f"A task can have {MOST_TAGS} tags, got {len(value)}")
    return [_short(tag, "invalid_tags", "A tag") for tag in value]


def context(value: object, called: str = "Context") -> dict[str, JSON]:
    """Any record, kept as it is, with dates as ISO text; `called` is what whoever sent it calls it."""
    if not isinstance(value, Mapping):
        raise Refused("invalid_context", f"{called} must be a record (a JSON object)")
    return {
        plain_text(key, "invalid_context", "A key"): _json(item, 1, "invalid_context", called)
        for key, item in value.items()
    }


def resolution(value: object) -> str | None:
    """A text, or None."""
    return None if value is None else plain_text(value, "invalid_resolution", "Resolution")


def outcomes(value: object) -> list[str] | None:
    """A list of texts, or None."""
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise Refused("invalid_outcomes", "Outcomes must be a list of texts")
    return [plain_text(outcome, "invalid_outcomes", "An outcome") for outcome in value]


def checklist(value: object) -> list[dict[str, JSON]] | None:
    """What is to be done, and whether it is: a record with `text` and `done` each; None where nothing is listed."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not all(map(_is_item, value)):
        raise Refused("invalid_checklist", "A checklist must be a list of texts that are not blank")
    if len(value) > MOST_ITEMS:
        raise Refused("invalid_checklist", f"A checklist can have {MOST_ITEMS} items, got {len(value)}")
    found = [{"text": plain_text(item["text"], "invalid_checklist", "An item"), "done": item["done"]} for item in value]
    return cast("list[dict[str, JSON]]", found) or None


def bot(value: object) -> str | None:
    """The name of a bot, or None. Whether there is such a bot is not asked here."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_bot", "Bot must be the name of a bot")
    return plain_text(value, "invalid_bot", "Bot")


def contact_id(value: object) -> str | None:
    """The id of a contact, or None. Whether there is such a contact is not asked here."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_contact", "Contact must be the id of a contact, or null")
    return _short(value.strip(), "invalid_contact", "Contact")


def session_ms(value: object) -> int | None:
    """How long a run may take, in whole milliseconds; 0 gives each run a conversation of its own, None is the host's
    to say."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_SESSION_MS:
        most = f"{LONGEST_SESSION_MS:,}"
        raise Refused("invalid_session", f"The session must be a whole number of milliseconds from 0 to {most}")
    return value


def retries(value: object) -> int:
    """How often a run that fails is tried again."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_RETRIES:
        raise Refused("invalid_retries", f"Retries must be a whole number from 0 to {MOST_RETRIES}")
    return value


def external_id(value: object) -> str | None:
    """What the task is called elsewhere, or None."""
    return None if value is None else _short(value, "invalid_external_id", "The external id")


def space_id(value: object) -> str | None:
    """What programs call the place where the task belongs, or None."""
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_space", "Space must be the id of a space, or null")
    return _short(value.strip(), "invalid_space", "Space")


def assignee_type(value: object) -> str | None:
    """Whether the assignee is an agent or a user; None is as it is a bot or not."""
    if value is not None and value not in ASSIGNEE_TYPES:
        raise Refused("invalid_assignee_type", f"The type of the assignee must be {' or '.join(ASSIGNEE_TYPES)}")
    return None if value is None else str(value)


CHECKS: Mapping[str, Callable[[object], object]] = {
    "title": title,
    "description": description,
    "status": status_of,
    "priority": priority_of,
    "assignee": assignee,
    "due_at": due_at,
    "tags": tags,
    "progress": progress,
    "context": context,
    "time_spent_minutes": time_spent_minutes,
    "checklist": checklist,
    "bot": bot,
    "contact_id": contact_id,
    "session_ms": session_ms,
    "retries": retries,
    "external_id": external_id,
    "space_id": space_id,
    "assignee_type": assignee_type,
}
"""The fields that can be changed; each check gives the value to keep or raises Refused."""


def checked(asked: Mapping[str, object]) -> dict[str, object]:
    """The values to keep, in the order given; raises Refused `unknown_field` or the code of the first bad one."""
    values: dict[str, object] = {}
    for field, value in asked.items():
        if (check := CHECKS.get(field)) is None:
            raise Refused("unknown_field", f"A task has no field {field}")
        values[field] = check(value)
    return values


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Those of the values in `after` that are not what `before` has."""
    return {field: value for field, value in after.items() if not is_same(before[field], value)}


def as_json(value: object) -> object:
    """The value as an event keeps it."""
    return _iso(value) if isinstance(value, datetime) else value


def _is_item(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    said = value.get("text")
    return isinstance(said, str) and bool(said.strip()) and isinstance(value.get("done"), bool)


def plain_json(value: object, code: str) -> JSON:
    """What JSON can hold, kept as it is, with dates as ISO text; raises Refused with the code otherwise."""
    return _json(value, 0, code, code.removeprefix("invalid_").capitalize())


def is_same(one: object, other: object) -> bool:
    """Whether a value is as it was."""
    # As JSON, because 1, 1.0 and true are equal in Python and not in what people wrote.
    if isinstance(one, Mapping | list):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return one == other


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _short(value: object, code: str, what: str) -> str:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        raise Refused(code, f"{what} must have at most {MOST_CHARACTERS} characters, got {len(value):,}")
    return plain_text(value, code, what)


def plain_text(value: object, code: str, what: str) -> str:
    """Any text that every database can keep; raises Refused with the code otherwise."""
    if not isinstance(value, str):
        raise Refused(code, f"{what} must be a text")
    # No database keeps half of a surrogate pair, and PostgreSQL no NUL.
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(code, f"{what} has half of a surrogate pair in it") from None
    if "\0" in value:
        raise Refused(code, f"{what} has a NUL character in it")
    return value


def _json(value: object, depth: int, code: str, called: str) -> JSON:
    if depth > MOST_NESTING:
        raise Refused(code, f"{called} is nested more than {MOST_NESTING} deep")
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str():
            return plain_text(value, code, called)
        case datetime():
            return _iso(value)
        case list() | tuple():
            return [_json(item, depth + 1, code, called) for item in value]
        case Mapping():
            return {plain_text(key, code, "A key"): _json(item, depth + 1, code, called) for key, item in value.items()}
        case _:
            raise Refused(code, f"{called} can hold texts, numbers, dates, lists and records only")
