"""What the contexts of scheduled tasks say, kept with every change so that the tasks are found by it.

Only lists of scheduled tasks ask for that, so the others, which are many and change often, cost nothing here.
"""

from collections.abc import Mapping

from tasktalk.storage.json_text import json_text
from tasktalk.storage.writes import Row, WriteSet

MOST_CHARACTERS = 255
"""Of a key and of what it says; by longer ones nothing is found."""


def said(value: object) -> str | None:
    """What an entry says: a text itself, a number, true, false or null as JSON; None for lists and records."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, dict | list) else json_text(value)


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set what a task's change does to what it is found by; None stands for no task."""
    was, will_be = _entries(before), _entries(after)
    for row, entries, others in ((before, was, will_be), (after, will_be, was)):
        for key, text in entries.items():
            if row is None or others.get(key) == text:
                continue
            found = {"organisation_id": row["organisation_id"], "key": key, "said": text, "task_id": row["id"]}
            if row is after:
                writes.insert("task_meta", found)
            else:
                writes.delete("task_meta", found)


def _entries(row: Row | None) -> Mapping[str, str]:
    if row is None or not row["is_scheduled"]:
        return {}
    told = {key: said(value) for key, value in row["context"].items()}
    return {
        key: text
        for key, text in told.items()
        if text is not None and len(key) <= MOST_CHARACTERS and len(text) <= MOST_CHARACTERS
    }
