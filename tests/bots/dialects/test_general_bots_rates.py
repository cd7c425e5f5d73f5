"""General Bots: how often a user may do what (GB-119 to GB-125)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import general_bots
from tasktalk.runtime.budgets import Rate, Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import events
from tests.bots.dialects.conftest import Answer, Api, Client
from tests.bots.dialects.contract import CheckedClient


@pytest.fixture
def rates() -> Rates:
    """The document's, made smaller where a test needs only to reach the end."""
    return Rates()


async def spend(api: Api, call: Callable[[], Awaitable[Answer]], most: int, status: int) -> None:
    """All of a budget; each answer tells what is left."""
    for number in range(most):
        answer = await call()
        assert answer.status == status, answer
        assert int(answer.headers["RateLimit-Limit"]) == most
        assert int(answer.headers["RateLimit-Remaining"]) == most - number - 1


def assert_limited(answer: Answer, most: int, seconds: int) -> None:
    assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
    assert set(answer.body) == {"error", "message"}
    names = ("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    assert [answer.headers[name] for name in names] == [str(seconds), str(most), "0", str(seconds)]


async def test_gb_119_and_123_the_101st_task_in_an_hour_is_refused(
    api: Api, clock: VirtualClock, services: Services
) -> None:
    await spend(api, api.create, 100, 201)
    clock.advance(timedelta(minutes=59, seconds=58, milliseconds=500))
    refused = await api.create(title="too much")
    assert_limited(refused, 100, 2)
    assert refused.body["message"] == "The limit of 100 new tasks in an hour is reached; try again in 2 seconds"
    assert (await api.page()).body["total"] == 100
    async with services.database.read() as reader:
        assert len(await events.after(reader, "task", 0)) == 100
    clock.advance(timedelta(seconds=1, milliseconds=500))
    assert (await api.create()).headers["RateLimit-Remaining"] == "99"


async def test_gb_119_what_is_refused_counts(api: Api) -> None:
    assert [(await api.send("POST", "/tasks", {})).status for _ in range(100)] == [400] * 100
    assert_limited(await api.create(), 100, 3600)


async def test_gb_120_the_201st_change_in_an_hour_is_refused(api: Api) -> None:
    task_id = await api.made()
    await spend(api, lambda: api.patch(task_id, progress=5), 200, 200)
    before = await api.get(task_id)
    assert_limited(await api.patch(task_id, progress=6), 200, 3600)
    assert await api.get(task_id) == before


async def test_gb_121_the_61st_list_in_a_minute_is_refused(api: Api, clock: VirtualClock) -> None:
    await spend(api, api.page, 60, 200)
    assert_limited(await api.page(), 60, 60)
    assert (await api.send("HEAD", "/tasks")).status == 429
    clock.advance(timedelta(minutes=1))
    assert (await api.send("HEAD", "/tasks")).headers["RateLimit-Remaining"] == "59"


async def test_gb_122_the_51st_comment_in_an_hour_is_refused(api: Api) -> None:
    path = f"/tasks/{await api.made()}/comments"
    await spend(api, lambda: api.send("POST", path, {"text": "Called"}), 50, 201)
    assert_limited(await api.send("POST", path, {"text": "too much"}), 50, 3600)
    assert (await api.send("GET", path)).body["total"] == 50


class TestSmall:
    """With two tasks an hour and one change."""

    @pytest.fixture
    def rates(self) -> Rates:
        return Rates(create=Rate(2, timedelta(hours=1)), update=Rate(1, timedelta(hours=1)))

    async def test_gb_123_it_is_answered_before_anything_else_is_looked_at(self, api: Api) -> None:
        await spend(api, api.create, 2, 201)
        bodies: list[object] = [{}, {"title": 5}, []]
        for body in bodies:
            assert (await api.send("POST", "/tasks", body)).status == 429

    async def test_gb_123_a_refused_request_tells_what_is_left_and_costs_as_much(self, api: Api) -> None:
        answer = await api.send("POST", "/tasks", {})
        assert (answer.status, answer.headers["RateLimit-Remaining"]) == (400, "1")

    async def test_gb_123_who_may_not_come_in_spends_nothing(self, api: Api, client: Client, scribe: Api) -> None:
        for _ in range(3):
            assert (await Api(client, "tt_unknown").create()).status == 401
        assert (await scribe.page()).status == 403
        await spend(api, api.create, 2, 201)

    async def test_gb_119_a_workflow_is_one_of_the_new_tasks_however_many_it_makes(self, api: Api) -> None:
        workflow = {"name": "Onboarding", "steps": [{"name": "Setup"}, {"name": "Training"}]}
        await spend(api, lambda: api.send("POST", "/workflows", workflow), 2, 201)
        assert_limited(await api.send("POST", "/workflows", workflow), 2, 3600)
        assert_limited(await api.create(), 2, 3600)
        assert (await api.send("GET", "/workflows")).body["total"] == 2

    async def test_gb_124_the_budget_is_the_users(
        self, api: Api, colleague: Api, client: Client, services: Services
    ) -> None:
        user = await services.accounts.user("user123")
        assert user is not None
        second = Api(client, (await services.accounts.create_token(user, "second"))[0], "/api/v1")
        assert [(await each.create()).status for each in (api, second, api, second)] == [201, 201, 429, 429]
        await spend(colleague, colleague.create, 2, 201)

    async def test_gb_125_the_other_methods_are_not_limited(self, api: Api) -> None:
        task_id, other = await api.made(), await api.made()
        await api.patch(task_id, progress=5)
        for _ in range(5):
            assert "title" in await api.get(task_id)
            answer = await api.complete(task_id)
            assert answer.status == 200
            assert not [name for name in answer.headers if name.startswith("RateLimit")]
        assert (await api.send("DELETE", f"/tasks/{other}")).status == 200

    async def test_gb_125_the_count_survives_a_restart(self, api: Api, services: Services) -> None:
        await spend(api, api.create, 2, 201)
        app = web.Application()
        app.add_routes(general_bots.routes(services))
        async with CheckedClient(TestServer(app)) as restarted:
            assert_limited(await Api(restarted, api.token).create(), 2, 3600)

    async def test_gb_119_of_many_at_once_no_more_are_let_in(self, api: Api) -> None:
        answers = await asyncio.gather(*(api.create() for _ in range(10)))
        assert sorted(answer.status for answer in answers) == [201] * 2 + [429] * 8
        assert (await api.page()).body["total"] == 2
