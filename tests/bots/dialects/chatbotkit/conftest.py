"""The ChatBotKit interface as one token's user sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.settings import ChatBotKit, DialectSettings
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.bots.dialects.conftest import Answer, Client, OneBot, Woken
from tests.databases import private_url

NOW = datetime(2025, 6, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""In milliseconds."""


def ms(*moment: int) -> int:
    """A moment in UTC as this interface writes it."""
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]


class TwoBots(OneBot):
    """Stands for the bots: there are two, that of the document and support."""

    def is_bot(self, name: str) -> bool:
        return name in {"bot_abc123", "support"}


@dataclass(slots=True)
class Kit:
    """Sends requests below one of the mounts."""

    client: Client
    token: str | None
    base: str = "/api/v1"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        _, answer = await self.text(method, path, **options)
        return answer

    async def text(self, method: str, path: str, **options: Any) -> tuple[str, Answer]:
        """The body as it came, and the answer, with the body's JSON where it is some."""
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.client.request(method, self.base + path, headers=headers, **options) as response:
            text = await response.text()
            is_json = response.content_type == "application/json" and bool(text)
            return text, Answer(response.status, await response.json() if is_json else {}, response.headers)

    async def create(self, **fields: Any) -> Answer:
        return await self.send("POST", "/task/create", fields)

    async def made(self, **fields: Any) -> str:
        """The id of a new task."""
        answer = await self.create(**fields)
        assert answer.status == 200, answer
        task_id: str = answer.body["id"]
        return task_id

    async def fetch(self, task_id: str) -> dict[str, Any]:
        answer = await self.send("GET", f"/task/{task_id}/fetch")
        assert answer.status == 200, answer
        return answer.body

    async def update(self, task_id: str, **fields: Any) -> Answer:
        return await self.send("POST", f"/task/{task_id}/update", fields)

    async def updated(self, task_id: str, **fields: Any) -> dict[str, Any]:
        """The task after a change."""
        answer = await self.update(task_id, **fields)
        assert (answer.status, answer.body) == (200, {"id": task_id}), answer
        return await self.fetch(task_id)

    async def delete(self, task_id: str) -> Answer:
        return await self.send("POST", f"/task/{task_id}/delete", {})

    async def page(self, **query: Any) -> Answer:
        return await self.send("GET", "/task/list", params={name: str(value) for name, value in query.items()})

    async def names(self, **query: Any) -> list[str]:
        answer = await self.page(**query)
        assert answer.status == 200, answer
        return [item["name"] for item in answer.body["items"]]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def decided() -> ChatBotKit:
    """The host says nothing."""
    return ChatBotKit()


@pytest.fixture
async def services(clock: VirtualClock, woken: Woken, rates: Rates, decided: ChatBotKit) -> AsyncIterator[Services]:
    database = await Database.open(private_url())
    yield Services(
        *(database, clock, cast(Engine, woken), cast(Bots, TwoBots()), Accounts(database, clock), rates),
        dialects=DialectSettings(decided),
    )
    await database.close()


@pytest.fixture
async def contact(services: Services) -> str:
    """The id of a contact whom the bots know."""
    writes = WriteSet()
    writes.insert("contact", {"id": "ct_1", "channel": "web", "address": "ana", "created_at": NOW})
    await services.database.commit(writes)
    return "ct_1"


async def kit_of(client: Client, services: Services, name: str, organisation: str = "default", **of_user: Any) -> Kit:
    user = await services.accounts.create_user(name, organisation, **of_user)
    return Kit(client, (await services.accounts.create_token(user, "t"))[0])


@pytest.fixture
async def kit(client: Client, services: Services) -> Kit:
    """The user user123, Ana, of the default organisation."""
    return await kit_of(client, services, "Ana", user_id="user123")


@pytest.fixture
async def onlooker(client: Client, services: Services) -> Kit:
    """One of the same organisation who changes nothing."""
    return await kit_of(client, services, "Vi", user_id="user666", role="viewer")


@pytest.fixture
async def other_account(client: Client, services: Services) -> Kit:
    """One of another organisation."""
    return await kit_of(client, services, "Eve", "other", user_id="user000")
