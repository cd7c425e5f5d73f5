"""Numbers of tasks: whole ones, given in the order of the commits, that no other task ever gets."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import task_number
from tasktalk.storage.writes import Row, WriteSet

_NUMBER: BindParameter[Any] = bindparam("number", None)
_TASK_OF = select(task_number.c.task_id).where(task_number.c.number == _NUMBER)
_NUMBERS = select(task_number)


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set that a new task gets a number, and that one that goes gives it up; None stands for no
    task."""
    if before is None and after is not None:
        writes.insert("task_number", {"task_id": after["id"]})
    elif before is not None and after is None:
        writes.delete("task_number", {"task_id": before["id"]})


async def task_of(reader: Reader, number: int) -> str | None:
    """The id of the task with this number, whichever organisation it belongs to."""
    row = await reader.row(_TASK_OF, {"number": number})
    return None if row is None else row["task_id"]


async def tasks_of(reader: Reader, some: Collection[int]) -> Mapping[int, str]:
    """The ids of those of the tasks that are there, by their numbers."""
    rows = await rows_of(reader, _NUMBERS, task_number.c.number, some)
    return {row["number"]: row["task_id"] for row in rows}


async def of(reader: Reader, task_ids: Collection[str]) -> Mapping[str, int]:
    """The numbers of those of the tasks that are there, by their ids."""
    rows = await rows_of(reader, _NUMBERS, task_number.c.task_id, task_ids)
    return {row["task_id"]: row["number"] for row in rows}
