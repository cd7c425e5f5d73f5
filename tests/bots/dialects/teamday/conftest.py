"""The TeamDay interface as one token's user sees it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Dialect
from tasktalk.bots.dialects.settings import DialectSettings, TeamDay
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage import events
from tasktalk.storage.database import Database
from tests.bots.dialects.conftest import Answer, Api, Client, OneBot, Woken
from tests.databases import private_url

NOW = datetime(2025, 12, 9, 9, tzinfo=UTC)
AT = "2025-12-09T09:00:00Z"


@dataclass(slots=True)
class Day:
    """Sends requests below one of the mounts."""

    client: Client
    token: str | None
    base: str = "/teamday/api/v1"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.client.request(method, self.base + path, headers=headers, **options) as response:
            raw = await response.read()
            if raw:
                assert response.headers["Content-Type"] == "application/json; charset=utf-8", raw
            return Answer(response.status, await response.json() if raw else {}, response.headers)

    async def create(self, **fields: Any) -> Answer:
        return await self.send("POST", "/tasks", {"title": "Call Ana", **fields})

    async def made(self, **fields: Any) -> dict[str, Any]:
        """A new task."""
        answer = await self.create(**fields)
        assert answer.status == 201, answer
        return answer.body

    async def get(self, task_id: str) -> dict[str, Any]:
        answer = await self.send("GET", f"/tasks/{task_id}")
        assert answer.status == 200, answer
        return answer.body

    async def patch(self, task_id: str, /, **fields: Any) -> Answer:
        return await self.send("PATCH", f"/tasks/{task_id}", fields)

    async def patched(self, task_id: str, /, **fields: Any) -> dict[str, Any]:
        """The task after a change."""
        answer = await self.patch(task_id, **fields)
        assert answer.status == 200, answer
        return answer.body

    async def claim(self, task_id: str) -> Answer:
        return await self.send("POST", f"/tasks/{task_id}/claim")

    async def page(self, **query: Any) -> Answer:
        return await self.send("GET", "/tasks", params={name: str(value) for name, value in query.items()})

    async def listed(self, **query: Any) -> list[dict[str, Any]]:
        """The tasks of a list."""
        return await self.array("/tasks", params={name: str(value) for name, value in query.items()})

    async def array(self, path: str, **options: Any) -> list[dict[str, Any]]:
        """What is there, which is several."""
        answer = await self.send("GET", path, **options)
        assert answer.status == 200, answer
        return cast("list[dict[str, Any]]", answer.body)

    async def titles(self, **query: Any) -> list[str]:
        return [task["title"] for task in await self.listed(**query)]


def told(answer: Answer) -> tuple[int, str]:
    """What an error says; its shape is looked at."""
    assert set(answer.body) == {"error", "statusCode", "statusMessage", "message"}, answer
    assert answer.body["error"] is True
    assert answer.body["statusCode"] == answer.status
    return answer.status, answer.body["message"]


async def changes(services: Services, kind: str | None = None) -> list[Mapping[str, Any]]:
    """What each event of tasks says has changed, or each of a kind, the eldest first."""
    async with services.database.read() as reader:
        found = await events.after(reader, "task", 0)
    return [row["changes"] for row in found if kind in (None, row["kind"])]


async def kinds(services: Services) -> list[str]:
    """The kinds of the events of tasks, the eldest first."""
    async with services.database.read() as reader:
        return [row["kind"] for row in await events.after(reader, "task", 0)]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def decided() -> TeamDay:
    """The host says nothing."""
    return TeamDay()


@pytest.fixture
async def services(clock: VirtualClock, woken: Woken, rates: Rates, decided: TeamDay) -> AsyncIterator[Services]:
    database = await Database.open(private_url())
    yield Services(
        *(database, clock, cast(Engine, woken), cast(Bots, OneBot()), Accounts(database, clock), rates),
        dialects=DialectSettings(teamday=decided),
    )
    await database.close()


async def day_of(client: Client, services: Services, name: str, organisation: str = "default", **of_user: Any) -> Day:
    user = await services.accounts.create_user(name, organisation, **of_user)
    return Day(client, (await services.accounts.create_token(user, "t", prefix="td_"))[0])


@pytest.fixture
async def day(client: Client, services: Services) -> Day:
    """The user user_789, Ana, of the default organisation."""
    return await day_of(client, services, "Ana", user_id="user_789")


@pytest.fixture
async def colleague(client: Client, services: Services) -> Day:
    """The user user_456, Jane, of the same organisation."""
    return await day_of(client, services, "Jane", user_id="user_456")


@pytest.fixture
async def onlooker(client: Client, services: Services) -> Day:
    """One of the same organisation who changes nothing."""
    return await day_of(client, services, "Vi", user_id="user_666", role="viewer")


@pytest.fixture
async def agent(client: Client, services: Services) -> Day:
    """An agent of the same organisation."""
    return await day_of(client, services, "Max", user_id="user_555", role="agent")


@pytest.fixture
async def stranger(client: Client, services: Services) -> Day:
    """One of another organisation."""
    return await day_of(client, services, "Eve", "other", user_id="user_000")


@pytest.fixture
async def native(all_dialects: Sequence[Dialect], day: Day, client: Client) -> Api:
    """Ana at the interface of General Bots."""
    return Api(client, day.token)
