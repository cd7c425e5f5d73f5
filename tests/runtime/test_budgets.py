"""Budgets: no more than the rate in a window, whoever asks at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.budgets import MOST, UNLIMITED, Budgets, Rate, Rates, Spent
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.database import Database
from tasktalk.storage.tables import budget
from tasktalk.storage.writes import Conflict
from tests.databases import url_of

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
THREE = Rates(create=Rate(3, HOUR))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
async def database(database: Database, clock: VirtualClock) -> Database:
    """With two users."""
    for user_id in ("u1", "u2"):
        await Accounts(database, clock).create_user(user_id, user_id=user_id)
    return database


async def granted(budgets: Budgets, user_id: str = "u1", kind: str = "create") -> bool:
    spent = await budgets.spend(user_id, kind)
    assert spent is not None
    return spent.is_within


async def test_what_is_left_is_told(database: Database, clock: VirtualClock) -> None:
    budgets = Budgets(database, clock, THREE)
    told = []
    for _ in range(5):
        told.append(await budgets.spend("u1", "create"))
        clock.advance(timedelta(minutes=10, milliseconds=1))
    assert told == [
        Spent(3, 2, 3600, is_within=True),
        Spent(3, 1, 3000, is_within=True),
        Spent(3, 0, 2400, is_within=True),
        Spent(3, 0, 1800, is_within=False),
        Spent(3, 0, 1200, is_within=False),
    ]


async def test_a_window_ends_to_the_moment(database: Database, clock: VirtualClock) -> None:
    budgets = Budgets(database, clock, THREE)
    for _ in range(3):
        assert await granted(budgets)
    clock.advance(HOUR - timedelta(microseconds=1))
    assert await budgets.spend("u1", "create") == Spent(3, 0, 1, is_within=False)
    clock.advance(timedelta(microseconds=1))
    assert await budgets.spend("u1", "create") == Spent(3, 2, 3600, is_within=True)
    async with database.read() as reader:
        rows = await reader.rows(select(budget))
    assert rows == [{"user_id": "u1", "kind": "create", "count": 1, "begun_at": NOW + HOUR}]


async def test_users_and_kinds_are_apart(database: Database, clock: VirtualClock) -> None:
    budgets = Budgets(database, clock, Rates(create=Rate(1, HOUR), update=Rate(1, HOUR)))
    for user_id in ("u1", "u2"):
        for kind in ("create", "update"):
            assert [await granted(budgets, user_id, kind) for _ in range(2)] == [True, False]


async def test_without_a_rate_nothing_is_counted(database: Database, clock: VirtualClock) -> None:
    budgets = Budgets(database, clock, UNLIMITED)
    assert [await budgets.spend("u1", kind) for kind in ("create", "update", "list", "comment")] == [None] * 4
    async with database.read() as reader:
        assert await reader.rows(select(budget)) == []


async def test_of_many_at_once_as_many_as_the_rate_has_are_granted(database: Database, clock: VirtualClock) -> None:
    two = [Budgets(database, clock, Rates(create=Rate(7, HOUR))) for _ in range(2)]
    for _ in range(2):
        outcomes = await asyncio.gather(*(granted(budgets) for budgets in two for _ in range(15)))
        assert outcomes.count(True) == 7
        clock.advance(HOUR)


async def test_several_processes_count_together_and_a_restart_forgets_nothing(
    tmp_path: Path, clock: VirtualClock
) -> None:
    url, rates = url_of(tmp_path / "store.db"), Rates(create=Rate(9, HOUR))
    several = [await Database.open(url) for _ in range(3)]
    await Accounts(several[0], clock).create_user("Ana", user_id="u1")
    outcomes = await asyncio.gather(*(granted(Budgets(each, clock, rates)) for each in several for _ in range(5)))
    assert outcomes.count(True) == 9
    for each in several:
        await each.close()
    again = await Database.open(url)
    assert not await granted(Budgets(again, clock, rates))
    await again.close()


async def test_another_rate_counts_at_once(database: Database, clock: VirtualClock) -> None:
    for _ in range(3):
        assert await granted(Budgets(database, clock, THREE))
    assert not await granted(Budgets(database, clock, THREE))
    assert await granted(Budgets(database, clock, Rates(create=Rate(4, HOUR))))
    clock.advance(timedelta(minutes=1))
    assert await granted(Budgets(database, clock, Rates(create=Rate(1, timedelta(minutes=1)))))


async def test_a_clock_that_is_behind_begins_no_window(database: Database, clock: VirtualClock) -> None:
    for _ in range(3):
        assert await granted(Budgets(database, clock, THREE))
    behind = VirtualClock(NOW - timedelta(seconds=5))
    assert await Budgets(database, behind, THREE).spend("u1", "create") == Spent(3, 0, 3605, is_within=False)


async def test_who_is_no_user_has_no_budget(database: Database, clock: VirtualClock) -> None:
    with pytest.raises(Conflict):
        await Budgets(database, clock, THREE).spend("nobody", "create")


@given(st.lists(st.integers(0, 4000), max_size=25), st.integers(1, 4))
@settings(max_examples=25)
def test_windows_are_as_the_model_has_them(steps: list[int], most: int) -> None:
    async def play() -> list[bool]:
        clock = VirtualClock(NOW)
        opened = await Database.open(":memory:")
        try:
            await Accounts(opened, clock).create_user("u1", user_id="u1")
            budgets = Budgets(opened, clock, Rates(create=Rate(most, HOUR)))
            outcomes = []
            for step in steps:
                clock.advance(timedelta(seconds=step))
                outcomes.append(await granted(budgets))
            return outcomes
        finally:
            await opened.close()

    expected, elapsed, begun, count = [], 0, 0, 0
    for number, step in enumerate(steps):
        elapsed += step
        if number == 0 or elapsed - begun >= 3600:
            begun, count = elapsed, 0
        expected.append(count < most)
        count += count < most
    assert asyncio.run(play()) == expected


@pytest.mark.parametrize(("most", "window"), [(0, HOUR), (-1, HOUR), (MOST + 1, HOUR), (1, HOUR * 25), (1, HOUR * 0)])
def test_what_no_rate_can_be(most: int, window: timedelta) -> None:
    with pytest.raises(ValueError, match="in a day or less"):
        Rate(most, window)
