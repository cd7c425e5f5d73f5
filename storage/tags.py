"""The rows by which tasks with a tag are found, kept with every change: they have what most lists ask for."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import Integer, Select, Text, and_, bindparam, func, literal, or_, select, true

from tasktalk.storage.containing import Place
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables.tasks import HELD, task_tag
from tasktalk.storage.writes import Row, WriteSet, storable

LONGEST = 250
"""Bytes: of a task whose tags take more no text is held, for each of its rows would have it in each index."""

_FIXED = ("organisation_id", "created_at")
"""With the tag and the task's id they are the key of a row."""


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set what a task's change does to its tags; None stands for no task."""
    row = after or before
    if row is None:
        return
    fixed = {"task_id": row["id"], **{name: row[name] for name in _FIXED}}
    was, will_be = _tags(before), _tags(after)
    for tag in was:
        if tag not in will_be:
            writes.delete("task_tag", {**fixed, "tag": tag})
    if after is None:
        return
    held = _held(after, will_be)
    is_held = before is not None and _held(before, was) == held
    for tag in will_be:
        if tag not in was:
            writes.insert("task_tag", {**fixed, "tag": tag, **held})
        elif not is_held:
            writes.update("task_tag", {**fixed, "tag": tag}, held)


def bits_of(tags: Iterable[str]) -> int:
    """What has a bit of each tag, of 62 that are shared: whatever lacks one of them lacks a tag."""
    bits = 0
    for tag in tags:
        bits |= 1 << crc32(storable(tag).encode()) % 62
    return bits


def text_of(tags: Iterable[str]) -> str | None:
    """A text that has the mark of each tag, and of no other: the same for those that have the same, in whatever order.
    None where it would be too long to be held."""
    text = "".join(["\n", *sorted(_on_one_line(tag) + "\n" for tag in tags)])
    return text if len(text.encode()) <= LONGEST else None


def mark_of(tag: str) -> str:
    """What the text has of all tags where this is one of them."""
    return f"\n{_on_one_line(tag)}\n"


async def texts_with(
    reader: Reader, organisation_id: str, tag: str, others: Iterable[str], most: int
) -> Sequence[str] | None:
    """The texts of all tags of the tasks with a tag that have others, too. None where there are more than `most` texts
    of the tag to be looked at, or where a task with it has too many tags for one."""
    asked = {"organisation": organisation_id, "tag": tag}
    marks = {f"mark_{place}": mark_of(other) for place, other in enumerate(others)}
    query = _texts(len(marks))
    found, textless = await reader.rows_of_each((query, {**asked, **marks, "most": most}), (_TEXTLESS, asked))
    if textless or any(row["place"] > most for row in found):
        return None
    return [row["text"] for row in found]


@lru_cache(maxsize=64)
def _texts(marks: int) -> Select[Any]:
    """Those that have so many marks, and the one that is one too many: from each text to the next in the index, past
    all tasks that have it."""
    its = (task_tag.c.organisation_id == bindparam("organisation"), task_tag.c.tag == bindparam("tag"))
    first = func.min(task_tag.c.all_tags).label("text")
    found = select(first, literal(1).label("place")).where(*its).cte("found", recursive=True)
    following = select(func.min(task_tag.c.all_tags)).where(*its, task_tag.c.all_tags > found.c.text).scalar_subquery()
    is_not_last = and_(found.c.text.is_not(None), found.c.place <= bindparam("most", None, Integer()))
    found = found.union_all(select(following, found.c.place + 1).where(is_not_last))
    has_all = and_(
        true(), *(Place(found.c.text, bindparam(f"mark_{place}", type_=Text())) > 0 for place in range(marks))
    )
    is_too_many = found.c.place > bindparam("most", None, Integer())
    return select(found.c.text, found.c.place).where(found.c.text.is_not(None), or_(has_all, is_too_many))


_TEXTLESS = (
    select(task_tag.c.task_id)
    .where(task_tag.c.organisation_id == bindparam("organisation"), task_tag.c.tag == bindparam("tag"))
    .where(task_tag.c.all_tags.is_(None))
    .limit(1)
)


def _on_one_line(tag: str) -> str:
    stored: str = storable(tag)
    return stored.replace("\\", "\\\\").replace("\n", "\\n")


def _held(row: Row, tags: Collection[str]) -> Row:
    return {**{name: row[name] for name in HELD}, "tag_bits": bits_of(tags), "all_tags": text_of(tags)}


def _tags(row: Row | None) -> Collection[str]:
    return dict.fromkeys(row["tags"] if row is not None else ())
