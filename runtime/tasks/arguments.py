"""What the values after a task's title mean when nothing names them.

Authors write them in many orders, so that each is taken by what it is (a priority word, a date, a user, tags, a
context), and only what is left over by where it stands.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.statuses import PRIORITIES

FULL_ORDER = ("description", "assignee", "due", "priority")
"""The order of the one form that has all four."""

# No two parts of it can be divided in two ways: what people write comes here, at whatever length.
_EMAIL = re.compile(r"[^@\s]+@[^@\s][^@\s.]*\.[^@\s]+")
_USER_ID = re.compile(r"(?:user|agent|usr_)[\w.-]*", re.ASCII | re.IGNORECASE)
_HINT = 'say what is what: CREATE TASK "title" ASSIGN TO who PRIORITY "high" DUE "tomorrow" DESCRIPTION "text"'


def read(values: Sequence[Value], now: datetime, users: Collection[str] = ()) -> dict[str, Value]:
    """What each value is for: assignee, priority, due, description, project, tags or context.

    `users` has those of the texts that are known users. Raises Refused `invalid_argument` for a value too many, and
    `invalid_due_date` for a text that is nearly a date.
    """
    taken: dict[str, Value] = {}
    places: dict[str, int] = {}
    left: list[tuple[int, Value]] = []
    for place, value in enumerate(values):
        if value is None or value == "":
            continue
        kind = kind_of(value, now, users)
        if kind is None and isinstance(value, str) and (wrong := due.refusal(value)):
            raise wrong
        if kind is None or kind in taken:
            left.append((place, value))
        else:
            taken[kind] = value
            places[kind] = place
    for place, value in left:
        name = _by_place(place, len(values), taken, places)
        taken[name] = value
        places[name] = place
    return taken


def doubtful(values: Sequence[Value], now: datetime) -> list[str]:
    """The texts of which it matters whether they are known users: there are several that nothing else tells apart."""
    texts = [value for value in values if isinstance(value, str) and kind_of(value, now, ()) is None]
    return texts if len(texts) > 1 else []


def kind_of(value: Value, now: datetime, users: Collection[str] = ()) -> str | None:
    """What a value is for by itself, wherever it stands; None where its place tells."""
    match value:
        case datetime():
            return "due"
        case list():
            return "tags"
        case Mapping():
            return "context"
        case str():
            word = value.strip()
            if word.lower() in PRIORITIES or word.lower() == "critical":
                return "priority"
            if value in users or _EMAIL.fullmatch(word) or _USER_ID.fullmatch(word):
                return "assignee"
            return "due" if due.read(value, now) else None
    return None


def _by_place(place: int, count: int, taken: Mapping[str, Value], places: Mapping[str, int]) -> str:
    if count == len(FULL_ORDER) and FULL_ORDER[place] not in taken:
        return FULL_ORDER[place]
    if "assignee" not in taken:
        return "assignee"
    # What stands before the one who has to do it says what is to be done, what comes after says where it belongs.
    name = "description" if place < places["assignee"] else "project"
    if name in taken:
        raise Refused("invalid_argument", f"CREATE TASK cannot tell what its value {place + 2} is for", _HINT)
    return name
