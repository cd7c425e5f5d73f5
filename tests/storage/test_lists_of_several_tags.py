"""Lists of tasks with several tags: as one would find them by hand, whatever the tags are called and however many."""

import random
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from tasktalk.runtime.tasks.statuses import PRIORITIES
from tasktalk.storage import counts, tags
from tasktalk.storage import tasks as stored
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.listing import Sort, TaskFilter
from tasktalk.storage.tables import task_tag
from tasktalk.storage.tags import LONGEST, mark_of, text_of
from tasktalk.storage.writes import Row, WriteSet, storable

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALIKE = (
    *("tag1", "tag10", "tag", "TAG1", "1", "g1"),
    *("a\nb", "a\\nb", "a", "b", "\\", "\\n", "n", "\\\\n", "x\n", "\nx", "x"),
    *("it's", '"it"', "it", "%", "_", "a%", "a_b", ";--", "a,b", "[a]"),
    *("é", "e\u0301", "e", "É", "ß", "ss", "\N{PILE OF POO}", "\ud83d", "\0", "a\0b", "\ufffd?"),
    *("l" * LONGEST, "l" * (LONGEST - 2), "é" * (LONGEST // 2)),
)
"""Tags of which one is in the other, or is it but for something that databases treat as nothing."""
TAGS = st.lists(st.one_of(st.sampled_from(ALIKE), st.text(alphabet="ab\\\n\0é\ud800", min_size=1)), max_size=6)


@given(TAGS, TAGS)
@example(["a\nb"], ["a", "b"])
@example(["a\\nb"], ["a\nb"])
@example(["a", "\\"], ["a\n\\"])
@example(["l" * (LONGEST - 2)], ["l"])
def test_a_text_has_the_marks_of_its_tags_and_no_others(some: list[str], others: list[str]) -> None:
    text = text_of(some)
    assert text == text_of(some[::-1])
    if text is None:
        assert sum(len(storable(tag).encode()) for tag in some) > (LONGEST - len(some)) / 2 - 1
        return
    assert len(text.encode()) <= LONGEST
    for tag in (*some, *others):
        assert (mark_of(tag) in text) == (storable(tag) in map(storable, some))


def the_task(place: int, its: list[str]) -> dict[str, Any]:
    at = NOW + timedelta(seconds=place // 2)
    return {
        "id": f"t{place:03}",
        "organisation_id": "o",
        "title": "t",
        "description": "",
        "status": ("pending", "completed")[place % 2],
        "priority": PRIORITIES[place % 4],
        "assignee": ("ann", "bo")[place % 3 == 0],
        "due_at": at + timedelta(days=1) if place % 5 else None,
        "progress": 0,
        "time_spent_minutes": 0.0,
        "tags": its,
        "context": {},
        "created_by": "ann",
        "created_at": at,
        "updated_at": at + timedelta(seconds=place % 7),
        "version": 1,
        "is_scheduled": False,
    }


def different(some: list[str]) -> list[str]:
    """Without those that are the same where they are kept."""
    return list({storable(tag): tag for tag in some}.values())


async def filled(database: Database) -> list[Row]:
    """Tasks with few and with very many tags; of a third the tags are changed, of whom some have other ones only."""
    dice = random.Random(4)
    writes = WriteSet()
    writes.insert("organisation", {"id": "o", "name": "o", "created_at": NOW})
    long = [f"{'long ' * 20}{number}" for number in range(60)]
    found: list[Row] = []
    for place in range(120):
        its = [different(dice.sample(ALIKE, dice.choice((0, 1, 2, 3, 9)))) for _ in range(2)]
        if place % 10 == 0:
            its[place % 20 > 0] = different([*its[0], *long])
        before, after = the_task(place, its[0]), the_task(place, its[1])
        for follow in (tags.follow, counts.follow):
            follow(writes, None, before)
            if place % 3 == 0:
                follow(writes, before, after)
        found.append(after if place % 3 == 0 else before)
        writes.insert("task", {**found[-1], "tags": list(map(storable, found[-1]["tags"]))})
    await database.commit(writes)
    return found


@pytest.mark.parametrize("worth_texts", [inf, -1], ids=["each is looked at", "found by texts"])
@pytest.mark.parametrize("is_at_once", [False, True], ids=["counted first", "at once"])
@pytest.mark.parametrize("least", [min, max], ids=["found by what is cheapest", "found by what is dearest"])
@pytest.mark.parametrize("most", [counts.MOST_PAIRED, 0], ids=["pairs are kept", "pairs are counted"])
async def test_tasks_have_all_the_tags_that_are_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch, least: Any, most: int, *, is_at_once: bool, worth_texts: float
) -> None:
    monkeypatch.setattr(counts, "MOST_PAIRED", most)
    monkeypatch.setattr(stored, "_least", lambda costs: least(costs, key=costs.get, default=""))
    monkeypatch.setattr(stored, "_AT_ONCE", 0 if is_at_once else inf)
    monkeypatch.setattr(stored, "_WORTH_TEXTS", dict.fromkeys(("sqlite", "postgresql"), worth_texts))
    dice = random.Random(5)
    found = await filled(database)
    matched = 0
    async with database.read() as reader:
        for sort in get_args(Sort) * 20:
            its = dice.choice([row["tags"] for row in found if len(row["tags"]) > 1])
            asked = dice.sample(its, min(len(its), dice.choice((1, 2, 2, 3, 4))))
            asked[dice.randrange(len(asked))] = dice.choice([*asked, *ALIKE])
            right = {row["id"] for row in found if set(map(storable, asked)) <= set(map(storable, row["tags"]))}
            conditions: dict[str, Any] = dice.choice(
                [{}, {"statuses": ["pending"]}, {"assignee": "ann"}, {"due_after": NOW}]
            )
            right &= {row["id"] for row in found if is_matched(row, **conditions)}
            pages = await pages_of(reader, TaskFilter(tags=asked, **conditions), sort)
            assert set(pages) == right, asked
            assert len(pages) == len(right), asked
            matched += len(right)
    assert matched > 100


def is_matched(row: Row, *, statuses: Any = None, assignee: Any = None, due_after: Any = None) -> bool:
    is_due = due_after is None or (row["due_at"] is not None and row["due_at"] > due_after)
    return is_due and row["status"] in (statuses or row["status"]) and assignee in (None, row["assignee"])


async def pages_of(reader: Reader, matching: TaskFilter, sort: Sort) -> list[str]:
    """The ids on all pages, and on one behind the last."""
    ids: list[str] = []
    total = None
    for offset in range(0, 200, 5):
        rows, number = await stored.page(
            reader, "o", matching, sort=sort, order="desc", ranking=PRIORITIES, offset=offset, limit=5
        )
        assert total in (None, number)
        total, ids = number, [*ids, *(row["id"] for row in rows)]
        if not rows:
            break
    assert total == len(ids)
    return ids


async def test_a_list_of_more_than_it_seemed_is_counted_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_AT_ONCE", 0)
    found = await filled(database)
    right = [row["id"] for row in found if row["assignee"] == "ann" and row["status"] == "pending"]
    matching = TaskFilter(["pending"], assignee="ann")
    async with database.read() as reader:
        for most in (len(right), len(right) + 1):
            monkeypatch.setattr(stored, "_MOST_AT_ONCE", most)
            assert sorted(await pages_of(reader, matching, "created_at")) == sorted(right)


async def test_each_row_of_a_tag_has_the_text_of_all(database: Database) -> None:
    found = {row["id"]: row for row in await filled(database)}
    async with database.read() as reader:
        held = await reader.rows(select(task_tag))
    for row in held:
        text = text_of(found[row["task_id"]]["tags"])
        assert row["all_tags"] == text
    assert len({row["all_tags"] is None for row in held}) == 2


async def test_the_texts_of_a_tag_are_those_that_have_the_others_too(database: Database) -> None:
    found = await filled(database)
    texts = {tag: {text_of(row["tags"]) for row in found if tag in map(storable, row["tags"])} for tag in ALIKE[:20]}
    assert [tag for tag, its in texts.items() if None in its]
    async with database.read() as reader:
        for tag, its in texts.items():
            for other in ALIKE[:20]:
                right = None if None in its else {text for text in its if text is not None and mark_of(other) in text}
                some = await tags.texts_with(reader, "o", tag, [other], len(its))
                assert (None if some is None else set(some)) == right
                assert some is None or len(some) == len(set(some))
            assert await tags.texts_with(reader, "o", tag, [], len(its) - 1) is None
            assert await tags.texts_with(reader, "another", tag, [], 1) == []
