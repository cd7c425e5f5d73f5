"""Which task waits for which: nobody begins a task before those that it depends on are done."""

from collections.abc import Collection, Sequence

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.runtime.tasks.workflow import cycle
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import workflows as stored
from tasktalk.storage.writes import Row

MOST = 100
"""How many tasks one may wait for."""


def begins(before: object, after: object) -> bool:
    """Whether a task that goes from one status to the other is begun or done by that, and was neither."""
    is_begun = after != "pending" and after not in TERMINAL
    return after == "completed" or (is_begun and (before == "pending" or before in TERMINAL))


async def of(work: UnitOfWork, task_ids: Collection[str]) -> list[Row]:
    """What these tasks wait for: a row for each pair."""
    return await work.find(
        "task_dependency", lambda reader: stored.dependencies(reader, task_ids), lambda row: row["task_id"] in task_ids
    )


async def dependents(work: UnitOfWork, task_id: str) -> list[Row]:
    """What waits for the task: a row for each pair."""
    return await work.find(
        "task_dependency", lambda reader: stored.dependents(reader, task_id), lambda row: row["depends_on"] == task_id
    )


async def tasks(work: UnitOfWork, task_ids: Collection[str]) -> dict[str, Row]:
    """The rows of these tasks by their ids, read at once."""
    found = await work.find("task", lambda reader: stored.tasks(reader, task_ids), lambda row: row["id"] in task_ids)
    return {row["id"]: row for row in found}


async def step(work: UnitOfWork, task_id: str) -> Row | None:
    """What the task is as a step of a workflow; None when it is none."""
    found = await work.find(
        "workflow_step", lambda reader: stored.step(reader, task_id), lambda row: row["id"] == task_id, task_id
    )
    return found[0] if found else None


async def settled(work: UnitOfWork, row: Row) -> list[Row]:
    """The tasks because of which the task may begin, each as it has to stay until the commit.

    Refuses `blocked_by_dependency`, which names what is missing.
    """
    others = {pair["depends_on"] for pair in await of(work, [row["id"]])}
    if not others:
        return []
    found, missing = [], []
    for other in (await tasks(work, others)).values():
        last = await _last(work, other)
        if last["status"] == "completed":
            found += [other, last]
        else:
            missing.append(last)
    if missing:
        names = ", ".join(f'"{other["title"]}"' for other in missing)
        hint = f"complete {'it' if len(missing) == 1 else 'them'} first"
        raise Refused("blocked_by_dependency", f'"{row["title"]}" cannot be begun before {names}', hint)
    return found


async def _last(work: UnitOfWork, row: Row) -> Row:
    """The task itself, or where it is a step that has failed, the one that stands in for it."""
    while row["status"] == "failed":
        known = await step(work, row["id"])
        fallback = await work.task(known["on_error"]) if known and known["on_error"] else None
        if fallback is None or fallback["status"] == "cancelled":
            break
        row = fallback
    return row


async def set_(
    work: UnitOfWork, row: Row, task_ids: Sequence[str], organisation_id: str
) -> tuple[list[str], list[str]]:
    """Lets the task wait for these and no others; gives the ids before and after.

    Refuses `task_not_found`, `cyclic_dependency`, `invalid_depends_on`, and `blocked_by_dependency` for a task that has
    been begun already and had to wait then. Nothing is written in that case.
    """
    if (count := len(set(task_ids))) > MOST:
        raise Refused("invalid_depends_on", f"A task can wait for {MOST} others, got {count}")
    ids = {given: await work.task_id(given) for given in task_ids}
    wanted = list(dict.fromkeys(ids.values()))
    known = await tasks(work, wanted)
    for given, other in ids.items():
        if other not in known or known[other]["organisation_id"] != organisation_id:
            raise Refused("task_not_found", f"Task {given} not found")
    present = {pair["depends_on"]: pair for pair in await of(work, [row["id"]])}
    added = [other for other in wanted if other not in present]
    if row["status"] == "completed" or row["status"] not in {"pending", *TERMINAL}:
        for other in added:
            if (await _last(work, known[other]))["status"] != "completed":
                late = f'it cannot wait for "{known[other]["title"]}"'
                raise Refused("blocked_by_dependency", f'"{row["title"]}" has begun, so {late}')
    for passed in await _passed(work, row["id"], wanted) if added else []:
        work.expect("task", passed)
    for other in added:
        new = {"id": new_id("dep", work.now), "task_id": row["id"], "depends_on": other, "version": 1}
        work.insert("task_dependency", new)
    for other, pair in present.items():
        if other not in wanted:
            work.delete("task_dependency", pair)
    return list(present), wanted


async def _passed(work: UnitOfWork, task_id: str, wanted: Sequence[str]) -> list[Row]:
    """All tasks that it would wait for then, by whatever way. Refuses `cyclic_dependency`, which names the cycle."""
    waits_for: dict[str, tuple[str, ...]] = {task_id: tuple(wanted)}
    left = set(wanted) - {task_id}
    while left:
        pairs = await of(work, left)
        waits_for |= {other: tuple(p["depends_on"] for p in pairs if p["task_id"] == other) for other in left}
        left = {pair["depends_on"] for pair in pairs} - set(waits_for)
    rows = await tasks(work, list(waits_for))
    if found := cycle(waits_for):
        raise cyclic([rows[other]["title"] for other in found])
    return [other for other in rows.values() if other["id"] != task_id]


def cyclic(names: Sequence[str]) -> Refused:
    """What to say of tasks or steps that wait for themselves."""
    return Refused("cyclic_dependency", f"These wait for each other: {' → '.join(names)}")
