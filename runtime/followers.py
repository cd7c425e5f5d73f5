"""What follows from events beside the handlers of scripts: who is told, what is sent out, which rules act.

A follower only adds writes; they are committed together with the end of the event's pending row, so that what follows
from an event exists once, however often the server dies.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tasktalk.runtime.tasks.sla import BREACHED
from tasktalk.storage.writes import Row, WriteSet


@dataclass(frozen=True, slots=True)
class Happened:
    """An event's row, with its `depth`, and the task that it is about as it stands: None where it is gone, or where
    the event is about something else."""

    row: Row
    task: Row | None

    @property
    def kinds(self) -> Collection[str]:
        """What those call it who are told, the most particular first."""
        assigned = ["task_assigned"] if self.row["subject"] == "task" and self.after("assignee") else []
        if self.row["kind"] == "task_updated":
            return [*assigned, "task_updated"]
        if self.after("is_breached"):
            return [BREACHED, self.row["kind"]]
        return [self.row["kind"], *assigned]

    def after(self, field: str) -> Any:
        """What a field was changed to; None where it was not."""
        changes: Mapping[str, Any] = self.row["changes"]
        pair = changes.get(field)
        return pair[1] if pair else None


class Follower(Protocol):
    """Something that follows from events."""

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds what follows from each of the events to the writes."""
        ...
