"""The General Bots interface on a server of its own, with a clock that stands still at the document's time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Dialect, Serving, routes
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.files.local import LocalFiles
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE, Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import UNLIMITED, Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage.database import Database
from tests.bots.dialects.contract import CheckedClient
from tests.databases import private_url

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
SOON = "2024-01-20T17:00:00Z"
MOST_BYTES = 110_000

Client = CheckedClient


@dataclass(slots=True)
class Woken:
    """Stands for the engine, of which this interface wants one thing."""

    count: int = 0

    def wake(self) -> None:
        self.count += 1


class OneBot:
    """Stands for the bots: there is one, support, with one script."""

    def is_bot(self, name: str) -> bool:
        return name == "support"

    def check_script(self, bot: str, name: str) -> None:
        if name != "start.bas":
            raise Refused("unknown-script", f'the bot {bot} has no script "{name}"')


@dataclass(slots=True)
class Answer:
    """What came back; `body` is its JSON, empty when there was no body."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def code(self) -> object:
        return self.body.get("error")


@dataclass(slots=True)
class Api:
    """The interface as one token's user sees it."""

    client: Client
    token: str | None
    base: str = "/gb/api/v1"
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
                assert response.content_type == "application/json", raw
            return Answer(response.status, await response.json() if raw else {}, response.headers)

    async def create(self, **fields: Any) -> Answer:
        return await self.send("POST", "/tasks", {"title": "Call Ana", **fields})

    async def made(self, **fields: Any) -> str:
        """The id of a new task."""
        answer = await self.create(**fields)
        assert answer.status == 201, answer
        task_id: str = answer.body["task_id"]
        return task_id

    async def get(self, task_id: str) -> dict[str, Any]:
        answer = await self.send("GET", f"/tasks/{task_id}")
        assert answer.status == 200, answer
        return answer.body

    async def patch(self, task_id: str, /, **fields: Any) -> Answer:
        return await self.send("PATCH", f"/tasks/{task_id}", fields)

    async def complete(self, task_id: str, /, **fields: Any) -> Answer:
        return await self.send("POST", f"/tasks/{task_id}/complete", fields or None)

    async def page(self, **query: Any) -> Answer:
        return await self.send("GET", "/tasks", params={name: str(value) for name, value in query.items()})

    async def titles(self, **query: Any) -> list[str]:
        answer = await self.page(**query)
        assert answer.status == 200, answer
        return [row["title"] for row in answer.body["tasks"]]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """A place for files of at most MOST_BYTES."""
    return LocalFiles(tmp_path / "files", MOST_BYTES)


@pytest.fixture
def rates() -> Rates:
    """None: the clock stands still, and so would the windows."""
    return UNLIMITED


@pytest.fixture
async def services(clock: VirtualClock, woken: Woken, rates: Rates, files: LocalFiles) -> AsyncIterator[Services]:
    database = await Database.open(private_url())
    yield Services(database, clock, cast(Engine, woken), cast(Bots, OneBot()), Accounts(database, clock), rates, files)
    await database.close()


@pytest.fixture
def all_dialects() -> Sequence[Dialect]:
    """Wanted by a test of one dialect that asks another, too."""
    return DIALECTS


@pytest.fixture
def dialects(request: pytest.FixtureRequest) -> Sequence[Dialect]:
    """The one that the test's file is named for, else all.

    To mount all takes longer than most tests; that each has its paths beside the others is tested in `crossing`.
    """
    own = [each for each in DIALECTS if request.path.name.startswith(f"test_{each.name}_")]
    return own if own and "all_dialects" not in request.fixturenames else DIALECTS


@pytest.fixture
async def client(services: Services, dialects: Sequence[Dialect]) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(routes(services, dialects, Serving()))
    async with CheckedClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def api(client: Client, services: Services) -> Api:
    """The user user123, Ana, of the default organisation."""
    user = await services.accounts.create_user("Ana", user_id="user123")
    return Api(client, (await services.accounts.create_token(user, "t", expires_in=timedelta(days=400)))[0])


@pytest.fixture
async def colleague(client: Client, services: Services) -> Api:
    """The user user456, Jane Smith, of the same organisation."""
    user = await services.accounts.create_user("Jane Smith", user_id="user456")
    return Api(client, (await services.accounts.create_token(user, "t"))[0])


@pytest.fixture
async def onlooker(client: Client, services: Services) -> Api:
    """One of the same organisation, with a token that may only read."""
    user = await services.accounts.create_user("Kim", user_id="user789")
    return Api(client, (await services.accounts.create_token(user, "t", scopes=[READ]))[0])


@pytest.fixture
async def scribe(client: Client, services: Services) -> Api:
    """One of the same organisation, with a token that may only write."""
    user = await services.accounts.create_user("Lee", user_id="user321")
    return Api(client, (await services.accounts.create_token(user, "t", scopes=[WRITE]))[0])


@pytest.fixture
async def agent(client: Client, services: Services) -> Api:
    """The agent user555, Max, of the same organisation."""
    user = await services.accounts.create_user("Max", user_id="user555", role="agent")
    return Api(client, (await services.accounts.create_token(user, "t"))[0])


@pytest.fixture
async def viewer(client: Client, services: Services) -> Api:
    """The viewer user666, Vi, of the same organisation, with a token for everything."""
    user = await services.accounts.create_user("Vi", user_id="user666", role="viewer")
    return Api(client, (await services.accounts.create_token(user, "t"))[0])


@pytest.fixture
async def stranger(client: Client, services: Services) -> Api:
    """One of another organisation."""
    user = await services.accounts.create_user("Eve", "other", user_id="user000")
    return Api(client, (await services.accounts.create_token(user, "t"))[0])
