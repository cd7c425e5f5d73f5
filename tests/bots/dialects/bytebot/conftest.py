"""The Bytebot interface, as its document has it and as it is shipped, on a server bound to loopback."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.settings import Bytebot, DialectSettings
from tasktalk.bots.files.local import LocalFiles
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage.database import Database
from tests.bots.dialects.conftest import Client, OneBot, Woken
from tests.databases import private_url

NOW = datetime(2025, 4, 14, 12, tzinfo=UTC)
D = "This is a description of the task"


class NamedBots(OneBot):
    """Stands for the bots: support does tasks, and greeter only talks."""

    def names(self) -> list[str]:
        return ["greeter", "support"]

    def is_bot(self, name: str) -> bool:
        return name in self.names()

    def has_script(self, bot: str, file: str) -> bool:
        return file == "start.bas" or bot == "support"


@dataclass(slots=True)
class Answer:
    """What came back; `body` is its JSON, or the bytes that are none."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class Byte:
    """Sends requests below one of the mounts."""

    client: Client
    token: str | None = None
    base: str = "/bytebot"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def live(self) -> "Byte":
        """The same, to what is shipped."""
        return replace(self, base="/bytebot-live")

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.client.request(method, self.base + path, headers=headers, **options) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json" and bool(raw)
            found: Any = await response.json() if is_json else raw
            return Answer(response.status, found, response.headers)

    async def create(self, description: object = D, **fields: Any) -> Answer:
        return await self.send("POST", "/tasks", {"description": description, **fields})

    async def made(self, description: object = D, **fields: Any) -> str:
        """The id of a new task."""
        answer = await self.create(description, **fields)
        assert answer.status == 201, answer
        task_id: str = answer.body["id"]
        return task_id

    async def get(self, task_id: str) -> dict[str, Any]:
        answer = await self.send("GET", f"/tasks/{task_id}")
        assert answer.status == 200, answer
        found: dict[str, Any] = answer.body
        return found

    async def patch(self, task_id: str, **fields: Any) -> Answer:
        return await self.send("PATCH", f"/tasks/{task_id}", fields)

    async def listed(self, **query: Any) -> Any:
        answer = await self.send("GET", "/tasks", params=query)
        assert answer.status == 200, answer
        return answer.body


def told(answer: Answer) -> tuple[int, object, object]:
    """An error, which is in shape."""
    assert set(answer.body) == {"statusCode", "message", "error"}, answer
    assert answer.body["statusCode"] == answer.status
    return answer.status, answer.body["error"], answer.body["message"]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def decided() -> Bytebot:
    """The host says nothing."""
    return Bytebot()


@pytest.fixture
def is_on_loopback() -> bool:
    return True


@pytest.fixture
async def services(
    clock: VirtualClock, woken: Woken, rates: Rates, files: LocalFiles, decided: Bytebot, is_on_loopback: bool
) -> AsyncIterator[Services]:
    database = await Database.open(private_url())
    yield Services(
        *(database, clock, cast(Engine, woken), cast(Bots, NamedBots()), Accounts(database, clock), rates, files),
        dialects=DialectSettings(bytebot=decided),
        is_on_loopback=is_on_loopback,
    )
    await database.close()


@pytest.fixture
async def byte(client: Client, services: Services) -> Byte:
    """Somebody without a token."""
    await services.accounts.ensure_organisation()
    return Byte(client)


async def byte_of(
    client: Client, services: Services, name: str, organisation: str = "default", *, scopes: Any = None, **of_user: Any
) -> Byte:
    """Somebody with a token."""
    user = await services.accounts.create_user(name, organisation, **of_user)
    given = {} if scopes is None else {"scopes": scopes}
    return Byte(client, (await services.accounts.create_token(user, "t", **given))[0])


@pytest.fixture
async def stranger(client: Client, services: Services) -> Byte:
    """One of another organisation."""
    return await byte_of(client, services, "Eve", "other", user_id="user000")
