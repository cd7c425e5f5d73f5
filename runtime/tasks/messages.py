"""What people and bots say to each other about a task.

Some of it hangs on the task; the rest was said in the conversations of its runs and stands there alone, so each is
given once. A text for a script that waits to hear one belongs into its conversation: `listener` tells which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.scene import message_of
from tasktalk.runtime.tasks.blocks import blocks, text_block
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import messages
from tasktalk.storage.writes import Row

Role: TypeAlias = Literal["user", "assistant"]
_FURTHEST = 10**18  # behind the last message of every task; databases cannot count much further
ADDED = "message_added"
"""The kind of the event that tells of a message."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message; `content` is a list of blocks, each with a `type`."""

    id: str
    task_id: str
    role: Role
    content: list[dict[str, Any]]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a script of the task waits to hear something."""

    session_id: str
    bot: str
    channel: str
    address: str


class Messages:
    """The messages of the tasks that the actor of `tasks` has to do with, within the same unit of work."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def begin(self, task: Task, content: object) -> None:
        """Says what a task that is just being made is about: its making is the event that tells of it."""
        self._insert(task, content)

    async def add(self, task_id: str, content: object) -> Said:
        """Says something to whoever does the task, of which nothing else changes. Raises Refused `task_not_found`,
        `permission_denied` or `invalid_content`."""
        task = Task.of(await self._tasks.to_change(task_id))
        row = self._insert(task, content)
        told: dict[str, tuple[object, object]] = {name: (None, row[name]) for name in ("role", "author")}
        work, actor = self._tasks.work, self._tasks.actor
        record(work, actor, ADDED, "task", task.id, {"message_id": (None, row["id"]), **told})
        return _said(task.id, row)

    async def page(self, task_id: str, page: int, limit: int) -> Sequence[Said]:
        """Some of the task's messages as they are committed, oldest first. Raises Refused `task_not_found`."""
        task = await self._tasks.get(task_id)
        offset = min((page - 1) * limit, _FURTHEST)
        async with self._tasks.work.read() as reader:
            return [_said(task.id, row) for row in await messages.page(reader, task.id, offset, limit)]

    async def newest(self, task: Task, limit: int) -> Sequence[Said]:
        """The newest of the task's messages as they are committed, oldest first."""
        async with self._tasks.work.read() as reader:
            return [_said(task.id, row) for row in await messages.newest(reader, task.id, limit)]

    async def listener(self, task_id: str) -> Listener | None:
        """Where a text for the task is heard by a script that waits for one; None where none does.

        Raises Refused `task_not_found` and `permission_denied`.
        """
        task = await self._tasks.to_change(task_id)
        async with self._tasks.work.read() as reader:
            row = await messages.listening(reader, task["id"])
        return None if row is None else Listener(row["id"], row["bot"], row["channel"], row["address"])

    def _insert(self, task: Task, content: object) -> Row:
        work = self._tasks.work
        row = {
            "id": new_id("msg", work.now),
            "organisation_id": task.organisation_id,
            "task_id": task.id,
            "role": "user",
            "author": self._tasks.actor.user_id,
            "content": blocks(content),
            "created_at": work.now,
        }
        work.insert("task_message", row)
        return row


def _said(task_id: str, row: Row) -> Said:
    if not row.get("is_talk"):
        return Said(row["id"], task_id, row["role"], row["content"], row["created_at"])
    role: Role = "user" if row["direction"] == "in" else "assistant"
    return Said(row["id"], task_id, role, [text_block(message_of(row).words)], row["created_at"])
