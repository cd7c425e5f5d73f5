"""In whose words webhooks are told what happens: names of events, and what goes with them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasktalk.runtime.followers import Happened
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.events import TASK_EVENTS
from tasktalk.runtime.tasks.model import spelled

_SHOWN = (
    *("title", "description", "status", "priority", "assignee", "progress", "tags", "context", "resolution"),
    *("created_by", "created_at", "updated_at", "started_at", "completed_at", "completed_by"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """The words of one kind of webhooks; an interface may have its own."""

    name: str
    events: Sequence[str]
    told: Callable[[Happened], Sequence[str]]
    """What an event is called, some of `events`, in the order in which it is told."""
    data: Callable[[Happened, str], Mapping[str, Any]]
    """What is told of an event under one of these names."""
    is_told_once: bool = False
    """Whether it is told under the first alone of the names that are wanted."""

    def calls(self, happened: Happened, wanted: Collection[str]) -> Sequence[str]:
        """The names under which one who wants these is told of an event, a call each."""
        names = [name for name in self.told(happened) if name in wanted]
        return names[:1] if self.is_told_once else names


def _plain_data(happened: Happened, name: str) -> Mapping[str, Any]:
    row, task = happened.row, happened.task
    data: dict[str, Any] = {
        "event_id": row["id"],
        "actor": row["actor"],
        "source": row["source"],
        "changes": {field: {"before": pair[0], "after": pair[1]} for field, pair in row["changes"].items()},
    }
    if row["subject"] != "task":
        return {**data, f"{row['subject']}_id": row["subject_id"]}
    data["task_id"] = spelled(row["subject_id"])
    data["task"] = task and {
        "task_id": spelled(task["id"]),
        **{field: as_json(task[field]) for field in _SHOWN},
        "due_date": as_json(task["due_at"]),
    }
    return data


PLAIN: Final = Form("plain", TASK_EVENTS, lambda happened: list(happened.kinds), _plain_data, is_told_once=True)
"""The words that scripts know, too."""
