"""What people and scripts say about a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.occasions import COMMENTED
from tasktalk.runtime.tasks.changes import plain_text
from tasktalk.runtime.tasks.permissions import demand_making
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import attachments, comments

MOST_NAMED = 100
_A_LIST, _AT_MOST = "a list of ids of", f"{MOST_NAMED} at most"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `mentions` are users, `attachments` ids of the task's."""

    id: str
    task_id: str
    text: str
    author: str
    mentions: list[str]
    attachments: list[str]
    created_at: datetime


class Comments:
    """The comments of the tasks that the actor of `tasks` has to do with, within the same unit of work."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def add(self, task_id: str, text: object, mentions: object = None, attachments: object = None) -> Comment:
        """Says something about the task. Raises Refused `task_not_found`, `missing_text`, `invalid_text`,
        `invalid_mentions`, `invalid_attachments` or `unknown_attachment`."""
        task, work = await self._tasks.get(task_id), self._tasks.work
        demand_making(self._tasks.actor, "comments")
        comment = Comment(
            id=new_id("cmt", work.now),
            task_id=task.id,
            text=_said(text),
            author=self._tasks.actor.user_id,
            mentions=_ids(mentions, Refused("invalid_mentions", f"Mentions must be {_A_LIST} users, {_AT_MOST}")),
            attachments=_ids(
                attachments, Refused("invalid_attachments", f"Attachments must be {_A_LIST} attachments, {_AT_MOST}")
            ),
            created_at=work.now,
        )
        await self._check(task.id, comment.attachments)
        told = ("text", "author", "mentions", "attachments")
        row = {name: getattr(comment, name) for name in ("id", "task_id", "created_at", *told)}
        await self._tasks.note(
            task.id,
            COMMENTED,
            {"comments_count": task.comments_count + 1},
            {"comment_id": (None, comment.id), **{name: (None, row[name]) for name in told}},
        )
        work.insert("comment", row)
        return comment

    async def page(self, task_id: str, page: int, limit: int) -> tuple[Sequence[Comment], int]:
        """Some of the task's comments as they are committed, oldest first, and how many there are."""
        task, offset = await self._tasks.get(task_id), (page - 1) * limit
        if offset >= task.comments_count:
            return [], task.comments_count
        async with self._tasks.work.read() as reader:
            rows = await comments.page(reader, task.id, offset, limit)
        return [Comment(**row) for row in rows], task.comments_count

    async def _check(self, task_id: str, named: Sequence[str]) -> None:
        if not named:
            return
        own = {row["id"] for row in self._tasks.work.changed("attachment") if row["task_id"] == task_id}
        async with self._tasks.work.read() as reader:
            known = own | await attachments.known(reader, task_id, named)
        for attachment_id in named:
            if attachment_id not in known:
                raise Refused("unknown_attachment", f"The task has no attachment {attachment_id}")


def _said(value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Refused("missing_text", "A comment needs a text that is not blank")
    return plain_text(value, "invalid_text", "Text")


def _ids(value: object, wrong: Refused) -> list[str]:
    """The ids in a list, each once; raises what is `wrong` with anything else."""
    if value is None:
        return []
    if not _is_list_of_names(value):
        raise wrong
    return list(dict.fromkeys(plain_text(name.strip(), wrong.code, "An id") for name in value))


def _is_list_of_names(value: object) -> TypeGuard[list[str]]:
    return (
        isinstance(value, list | tuple)
        and len(value) <= MOST_NAMED
        and all(isinstance(name, str) and name.strip() for name in value)
    )
