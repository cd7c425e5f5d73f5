"""The rows by which tasks with a tag are found, kept with every change: they have what most lists ask for."""

from collections.abc import Collection, Iterable
from zlib import crc32

from tasktalk.storage.tables.tasks import HELD
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
    """A text that has the mark of each tag, and of no other; None where it would be too long to be held."""
    text = "".join(["\n", *(_on_one_line(tag) + "\n" for tag in tags)])
    return text if len(text.encode()) <= LONGEST else None


def mark_of(tag: str) -> str:
    """What the text has of all tags where this is one of them."""
    return f"\n{_on_one_line(tag)}\n"


def _on_one_line(tag: str) -> str:
    stored: str = storable(tag)
    return stored.replace("\\", "\\\\").replace("\n", "\\n")


def _held(row: Row, tags: Collection[str]) -> Row:
    return {**{name: row[name] for name in HELD}, "tag_bits": bits_of(tags), "all_tags": text_of(tags)}


def _tags(row: Row | None) -> Collection[str]:
    return dict.fromkeys(row["tags"] if row is not None else ())
