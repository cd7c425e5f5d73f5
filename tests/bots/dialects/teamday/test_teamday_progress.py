"""TeamDay: how a status goes on, and who has a task that is nobody's (TD-41 to TD-54)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.settings import TeamDay
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.statuses import PLAIN, Status
from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.teamday.conftest import AT, Day, changes, day_of, kinds, told

WORDS = ["pending", "in_progress", "completed", "cancelled"]
NEXT = {
    "pending": ["in_progress", "cancelled", "completed"],
    "in_progress": ["completed", "cancelled", "pending"],
    "completed": [],
    "cancelled": [],
}


@pytest.mark.parametrize("before", WORDS)
@pytest.mark.parametrize("after", WORDS)
async def test_td_41_to_44_and_46_what_follows_what(day: Day, services: Services, before: str, after: str) -> None:
    made = await day.made(status=before)
    answer = await day.patch(made["id"], status=after, title="New")
    if after == before:
        assert answer.body == {**made, "title": "New"}
    elif after in NEXT[before]:
        assert (answer.status, answer.body["status"]) == (200, after)
    else:
        assert told(answer) == (400, f"Invalid status transition: {before} -> {after}")
        assert await day.get(made["id"]) == made
        assert await kinds(services) == ["task_created"]


async def test_td_45_completing_is_stamped_by_the_server(day: Day, clock: VirtualClock) -> None:
    made = await day.made(status="in_progress")
    clock.advance(timedelta(minutes=5))
    after = await day.patched(made["id"], status="completed", completedAt="2020-01-01T00:00:00Z")
    assert (after["completedAt"], after["updatedAt"]) == ("2025-12-09T09:05:00Z",) * 2


async def test_td_46_what_was_never_begun_is_begun_and_completed(day: Day, services: Services, native: Api) -> None:
    made = await day.made()
    after = await day.patched(made["id"], status="completed", title="Done")
    assert (after["status"], after["completedAt"], after["title"]) == ("completed", AT, "Done")
    assert await kinds(services) == ["task_created", "task_updated", "task_completed"]
    begun, ended = (await changes(services))[1:]
    assert begun == {"status": ["pending", "in_progress"], "started_at": [None, AT]}
    assert (ended["status"], ended["title"]) == (["in_progress", "completed"], ["Call Ana", "Done"])
    assert (await native.get(made["id"]))["progress"] == 100


@pytest.mark.parametrize("decided", [TeamDay(pending_to_completed="refuse")])
async def test_td_46_or_refused_where_the_host_says_so(day: Day, services: Services) -> None:
    made = await day.made()
    answer = await day.patch(made["id"], status="completed")
    assert told(answer) == (400, "Invalid status transition: pending -> completed")
    assert await kinds(services) == ["task_created"]
    await day.patched(made["id"], status="in_progress")
    assert (await day.patched(made["id"], status="completed"))["status"] == "completed"


async def test_td_46_a_stale_version_does_neither_step(day: Day, services: Services) -> None:
    made = await day.made()
    answer = await day.send("PATCH", f"/tasks/{made['id']}", {"status": "completed"}, headers={"If-Match": '"9"'})
    assert told(answer)[0] == 412
    assert await kinds(services) == ["task_created"]


@pytest.mark.parametrize("finer", ["waiting", "needs_help", "needs_review", "failed"])
async def test_x_08_a_finer_status_is_kept_by_who_writes_back_what_was_read(
    day: Day, services: Services, finer: Status
) -> None:
    from tasktalk.bots.api import units
    from tasktalk.runtime.tasks.model import Actor
    from tasktalk.runtime.tasks.service import Tasks

    made = await day.made(status="in_progress")

    async def set_finer(tasks: Tasks) -> Any:
        return await tasks.update(made["id"], {"status": finer})

    await units.changing(services, Actor("bo", "default", "script"), set_finer)
    shown = await day.get(made["id"])
    assert shown["status"] == PLAIN[finer]
    assert await day.patched(made["id"], status=shown["status"], priority=shown["priority"]) == shown
    assert len(await kinds(services)) == 2
    if finer == "failed":  # it has ended here, whatever may be done elsewhere
        answer = await day.patch(made["id"], status="in_progress")
        assert told(answer) == (400, "Invalid status transition: cancelled -> in_progress")


@pytest.mark.parametrize("word", WORDS)
async def test_x_07_a_status_is_read_back_as_it_was_written(day: Day, word: str) -> None:
    assert (await day.made(status=word))["status"] == word


@pytest.mark.parametrize("word", ["low", "medium", "high", "urgent"])
async def test_x_07_a_priority_is_read_back_as_it_was_written(day: Day, native: Api, word: str) -> None:
    made = await day.made(priority=word)
    assert made["priority"] == word
    assert (await native.get(made["id"]))["priority"] == {"urgent": "critical"}.get(word, word)


async def test_td_54_what_is_nobodys_is_seen_by_all(day: Day, colleague: Day, onlooker: Day, agent: Day) -> None:
    made = await day.made()
    for who in (colleague, onlooker, agent):
        assert await who.listed() == [made]


async def test_td_54_it_is_claimed_with_the_token(day: Day, colleague: Day, services: Services) -> None:
    made = await day.made()
    claimed = await colleague.claim(made["id"])
    assert claimed.status == 200
    assert claimed.body == {**made, "status": "in_progress", "assignedTo": "user_456"}
    assert (await colleague.claim(made["id"])).body == claimed.body
    assert told(await day.claim(made["id"])) == (409, f"Task {made['id']} is user_456's")
    assert await kinds(services) == ["task_created", "task_updated"]


async def test_td_54_an_agent_claims_for_itself_alone(agent: Day, day: Day) -> None:
    made, taken = await day.made(), await day.made(assignedTo="user_456")
    assert (await agent.claim(made["id"])).body["assignedTo"] == "user_555"
    assert told(await agent.claim(taken["id"]))[0] == 409
    assert (await agent.patched(made["id"], status="completed"))["status"] == "completed"


@pytest.mark.parametrize("ended", ["completed", "cancelled"])
async def test_td_54_what_has_ended_is_not_claimed(day: Day, ended: str) -> None:
    made = await day.made(status=ended)
    assert told(await day.claim(made["id"])) == (400, f"Invalid status transition: {ended} -> in_progress")


async def test_td_54_of_many_at_once_one_has_it(day: Day, client: Client, services: Services) -> None:
    made = await day.made()
    people = [await day_of(client, services, f"p{number}", user_id=f"user_p{number}") for number in range(12)]
    answers = await asyncio.gather(*(who.claim(made["id"]) for who in people))
    winners = [answer.body for answer in answers if answer.status == 200]
    assert len(winners) == 1
    assert [answer.status for answer in answers].count(409) == 11
    assert (await day.get(made["id"])) == winners[0]
    assert await kinds(services) == ["task_created", "task_updated"]


async def test_td_54_nothing_is_to_be_said_with_a_claim(day: Day) -> None:
    made = await day.made()
    assert told(await day.send("POST", f"/tasks/{made['id']}/claim", {"assignedTo": "user_456"}))[0] == 400
    assert (await day.send("POST", f"/tasks/{made['id']}/claim", {})).status == 200
