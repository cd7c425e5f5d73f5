"""General Bots: how tasks stand, in figures."""

from datetime import timedelta
from typing import Any

from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House


async def figures(api: Api) -> dict[str, Any]:
    answer = await api.send("GET", "/tasks/analytics")
    assert answer.status == 200, answer
    return answer.body


async def test_gb_105_the_answer_has_the_documented_shape(house: House, ana: Api, jane: Api) -> None:
    task_id = await ana.made(assignee="jane", priority="high")
    house.clock.advance(timedelta(hours=3, minutes=15))
    await ana.complete(task_id)
    assert await figures(ana) == {
        "summary": {
            "total_tasks": 1,
            "completed": 1,
            "in_progress": 0,
            "overdue": 0,
            "completion_rate": 1.0,
            "average_completion_time_hours": 3.2,
        },
        "by_priority": {
            "critical": {"total": 0, "completed": 0},
            "high": {"total": 1, "completed": 1},
            "medium": {"total": 0, "completed": 0},
            "low": {"total": 0, "completed": 0},
        },
        "by_assignee": [{"user_id": "jane", "name": "Jane", "tasks_completed": 1, "average_time_hours": 3.2}],
    }


async def test_gb_106_the_rate_has_two_places_and_nothing_gives_nothing(house: House, ana: Api) -> None:
    assert (await figures(ana))["summary"] == {
        "total_tasks": 0,
        "completed": 0,
        "in_progress": 0,
        "overdue": 0,
        "completion_rate": 0.0,
        "average_completion_time_hours": 0.0,
    }
    tasks = [await ana.made() for _ in range(3)]
    for task_id in tasks[:2]:
        await ana.complete(task_id)
    assert (await figures(ana))["summary"]["completion_rate"] == 0.67


async def test_gb_107_the_priorities_sum_to_the_whole(house: House, ana: Api) -> None:
    for priority, count in (("critical", 1), ("high", 2), ("medium", 3), ("low", 4)):
        for number in range(count):
            task_id = await ana.made(priority=priority)
            if number % 2:
                await ana.complete(task_id)
    found = await figures(ana)
    assert found["by_priority"] == {
        "critical": {"total": 1, "completed": 0},
        "high": {"total": 2, "completed": 1},
        "medium": {"total": 3, "completed": 1},
        "low": {"total": 4, "completed": 2},
    }
    assert (found["summary"]["total_tasks"], found["summary"]["completed"]) == (10, 4)


async def test_gb_108_what_is_overdue_is_not_in_progress_too(house: House, ana: Api) -> None:
    late = [await ana.made(due_date="2024-01-15T11:00:00Z", priority="low") for _ in range(3)]
    in_time = [await ana.made(due_date="2024-01-25T11:00:00Z"), await ana.made()]
    await ana.patch(late[0], status="in_progress")
    await ana.complete(late[1])
    for task_id in in_time:
        await ana.patch(task_id, status="in_progress")
    await ana.patch(await ana.made(), status="cancelled")
    await ana.made()
    house.clock.advance(timedelta(hours=2))
    summary = (await figures(ana))["summary"]
    assert [summary[name] for name in ("total_tasks", "completed", "in_progress", "overdue")] == [7, 1, 2, 2]


async def test_gb_109_the_average_is_of_the_completed_ones_to_one_place(house: House, ana: Api) -> None:
    for minutes in (60, 90, 100):
        task_id = await ana.made(assignee="nobody-here")
        house.clock.advance(timedelta(minutes=minutes))
        await ana.complete(task_id)
    await ana.made()
    found = await figures(ana)
    assert found["summary"]["average_completion_time_hours"] == 1.4
    assert found["by_assignee"] == [
        {"user_id": "nobody-here", "name": None, "tasks_completed": 3, "average_time_hours": 1.4}
    ]


async def test_gb_105_who_has_completed_most_comes_first(house: House, ana: Api, jane: Api) -> None:
    for who in ("ana", "jane", "jane", None):
        await ana.complete(await ana.made(assignee=who))
    assert [row["user_id"] for row in (await figures(ana))["by_assignee"]] == ["jane", "ana"]


async def test_gb_110_only_the_callers_organisation_is_counted(house: House, ana: Api, eve: Api) -> None:
    await ana.complete(await ana.made(assignee="ana"))
    found = await figures(eve)
    assert (found["summary"]["total_tasks"], found["by_assignee"]) == (0, [])


async def test_gb_110_analytics_is_no_id_of_a_task_in_any_spelling(house: House, ana: Api) -> None:
    for base in ("/gb/api/v1", "/gb/api/v1/tasks", "/api/v1", "/api/v1/tasks"):
        ana.base = base
        assert "summary" in await figures(ana)


async def test_scheduled_tasks_are_left_out_as_they_are_of_lists(house: House, ana: Api) -> None:
    await ana.made(bot="support", schedule="0 8 * * *")
    assert (await figures(ana))["summary"]["total_tasks"] == (await ana.page()).body["total"] == 0
