"""TeamDay: by when tasks are due that nobody has given a due date (TD-47 to TD-50)."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.settings import TeamDay
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.teamday.conftest import Day

SECOND = timedelta(seconds=1)


@pytest.fixture
def organisation(services: Services, clock: VirtualClock) -> Administration:
    return Administration(services.database, clock, "test")


async def sla(native: Api, task: dict[str, Any]) -> object:
    return (await native.get(task["id"]))["sla"]


@pytest.mark.parametrize(("priority", "hours"), [("medium", 7 * 24), ("high", 48), ("urgent", 15)])
async def test_td_48_to_50_older_than_its_time_is_breached(
    day: Day, native: Api, clock: VirtualClock, priority: str, hours: int
) -> None:
    made = await day.made(priority=priority)
    assert "dueDate" not in made
    clock.advance(timedelta(hours=hours) - SECOND)
    assert await sla(native, made) == "on_time"
    clock.advance(SECOND)
    if priority != "urgent":  # that day's last second was before
        assert await sla(native, made) == "on_time"
        clock.advance(SECOND)
    assert await sla(native, made) == "breached"
    assert await day.get(made["id"]) == made


async def test_td_47_low_is_never_due(day: Day, native: Api, clock: VirtualClock) -> None:
    made = await day.made(priority="low")
    clock.advance(timedelta(days=400))
    assert await sla(native, made) is None
    assert (await native.get(made["id"]))["due_date"] is None


async def test_td_50_the_day_is_that_of_the_organisation(day: Day, native: Api, organisation: Administration) -> None:
    await organisation.set_timezone("default", "America/New_York")
    made = await day.made(priority="urgent")
    assert (await native.get(made["id"]))["due_date"] == "2025-12-10T04:59:59Z"


async def test_td_49_a_due_date_overrides(day: Day, native: Api, clock: VirtualClock) -> None:
    made = await day.made(priority="urgent", dueDate="2025-12-30T00:00:00Z")
    clock.advance(timedelta(days=40))
    assert await sla(native, made) is None
    other = await day.made(priority="urgent")
    assert (await day.patched(other["id"], dueDate="2030-01-01T00:00:00Z"))["dueDate"] == "2030-01-01T00:00:00Z"
    assert await sla(native, other) is None


async def test_td_48_it_follows_the_priority_whoever_changes_it(day: Day, native: Api) -> None:
    made = await day.made(priority="low")
    await day.patched(made["id"], priority="medium")
    assert (await native.get(made["id"]))["due_date"] == "2025-12-16T09:00:00Z"
    assert (await native.patch(made["id"], priority="high")).status == 200
    assert (await native.get(made["id"]))["due_date"] == "2025-12-11T09:00:00Z"


async def test_td_48_what_the_organisation_says_holds(day: Day, native: Api, organisation: Administration) -> None:
    await organisation.set_sla("default", {"high": 1.0})
    made = await day.made(priority="high")
    assert (await native.get(made["id"]))["due_date"] == "2025-12-09T10:00:00Z"
    assert await sla(native, await day.made(priority="medium")) is None


async def test_td_48_other_interfaces_have_no_times_of_their_own(day: Day, native: Api) -> None:
    assert (await native.get(await native.made()))["due_date"] is None


@pytest.mark.parametrize("decided", [TeamDay(sla="organisation")])
async def test_td_48_or_none_where_the_host_says_so(day: Day, native: Api) -> None:
    for priority in ("low", "medium", "high", "urgent"):
        assert (await native.get((await day.made(priority=priority))["id"]))["due_date"] is None
