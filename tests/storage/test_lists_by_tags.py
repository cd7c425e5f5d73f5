"""A database from before lists of tasks walked along their tags: what is there is filled in."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

from sqlalchemy import select, text

from tasktalk.storage import counts
from tasktalk.storage import tasks as stored
from tasktalk.storage.database import Database
from tasktalk.storage.tables import task_count, task_due_count, task_due_day, task_pair_count, task_tag
from tasktalk.storage.tags import LONGEST, bits_of, text_of
from tasktalk.storage.writes import WriteSet
from tests.databases import IS_POSTGRESQL
from tests.storage.schemas import as_of

MOMENT = "2026-01-05 09:00:00.000000"
MANY = [f"m{number}" for number in range(counts.MOST_PAIRED + 1)]
TAGS = {"t1": ["B", "a", "é"], "t2": ["a", "B"], "t3": ["a"], "t4": [], "t5": [*MANY, "a"]}
TAGS |= {"t6": ["x\ny", "x\\ny\\"], "t7": ["é" * LONGEST]}
"""By their codes B comes before a and é last, whatever order the database's language has."""
BEGINS = counts.beginning(counts.period_of(datetime(2026, 1, 5, tzinfo=UTC)) + 1)
TICK = timedelta(microseconds=1)
LAST = datetime.max.replace(tzinfo=UTC)
DUE = {"t1": BEGINS - TICK, "t2": BEGINS, "t3": datetime(1, 1, 1, tzinfo=UTC), "t4": LAST}
"""At the ends of periods, and of time."""


def due(task_id: str) -> str | None:
    """As SQLite keeps it."""
    at = DUE.get(task_id)
    if at is None:
        return None
    return at.isoformat(" ", "microseconds").removesuffix("" if IS_POSTGRESQL else "+00:00")


def lines(text: str | None) -> list[str] | None:
    """In no order: that of the tags is of no importance."""
    return None if text is None else sorted(text.split("\n"))


async def test_tags_are_filled_in_and_pairs_are_counted(tmp_path: Path) -> None:
    with as_of("0017", tmp_path) as (url, connection):
        connection.execute(text(f"INSERT INTO organisation (id, name, created_at) VALUES ('o', 'O', '{MOMENT}')"))
        for task_id, tags in TAGS.items():
            connection.execute(
                text(
                    "INSERT INTO task (id, organisation_id, title, description, status, priority, progress, assignee,"
                    " time_spent_minutes, tags, context, created_by, created_at, updated_at, due_at, version) VALUES"
                    " (:id, 'o', 't', '', 'pending', 'low', 0, 'ann', 0, :tags, '{}', 'u', :now, :now, :due, 1)"
                ),
                {"id": task_id, "tags": json.dumps(tags), "now": MOMENT, "due": due(task_id)},
            )
            for tag in tags:
                row = {"tag": tag, "id": task_id}
                connection.execute(text("INSERT INTO task_tag (tag, task_id) VALUES (:tag, :id)"), row)
    database = await Database.open(url)
    async with database.read() as reader:
        rows = await reader.rows(select(task_tag))
        pairs = await reader.rows(select(task_pair_count))
        numbers = await reader.rows(select(task_count))
        days = await reader.rows(select(task_due_day))
        due_numbers = await reader.rows(select(task_due_count))
        tasks = await stored.by_ids(reader, list(TAGS))
        asked = {"statuses": None, "priorities": None, "with_scheduled": False}
        totals = [await counts.with_both(reader, "o", pair, **asked) for pair in (("a", "B"), ("é", "B"), ("a", "m1"))]  # type: ignore[arg-type]
    await database.close()
    assert {(row["task_id"], row["tag"]) for row in rows} == {(id_, tag) for id_, tags in TAGS.items() for tag in tags}
    for held in rows:
        names = held.keys() - {"tag", "task_id", "tag_bits", "all_tags"}
        assert lines(held["all_tags"]) == lines(text_of(TAGS[held["task_id"]]))
        assert held["tag_bits"] == bits_of(TAGS[held["task_id"]])
        assert {name: held[name] for name in names} == {name: tasks[held["task_id"]][name] for name in names}
    assert [tasks[task_id]["due_at"] for task_id in DUE] == list(DUE.values())
    followed = WriteSet()
    for found in tasks.values():
        counts.follow(followed, None, found)
    for table, there in ((task_count, numbers), (task_due_count, due_numbers)):
        key = [column.name for column in table.primary_key]
        expected: Counter[tuple[object, ...]] = Counter()
        for write in followed.writes:
            if write.table == table.name:
                for name, number in write.values.items():  # type: ignore[union-attr]
                    expected[*(write.key[column] for column in key), name] += number  # type: ignore[union-attr]
        counted = [column.name for column in table.columns if column.name not in key]
        assert {(*(row[column] for column in key), name): row[name] for row in there for name in counted} == expected
    noted = [{**write.key, **write.values} for write in followed.writes if write.table == "task_due_day"]  # type: ignore[union-attr]
    assert sorted(map(dict, days), key=itemgetter("day")) == sorted(noted, key=itemgetter("day"))
    assert {(row["tag"], row["other"]): row["count"] for row in pairs} == {
        ("B", "a"): 2,
        ("B", "é"): 1,
        ("a", "é"): 1,
        ("x\ny", "x\\ny\\"): 1,
        **{(tag, ""): 1 for tag in TAGS["t5"]},
    }
    assert totals == [2, 1, None]
