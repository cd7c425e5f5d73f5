"""The Copilotz interface as one token's user sees it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tests.bots.dialects.conftest import Answer, Client


@dataclass(slots=True)
class Pilot:
    """Sends requests below one of the mounts."""

    client: Client
    token: str | None
    base: str = "/copilotz/rest"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        if body is not None:
            options["json"] = body
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.client.request(method, self.base + path, headers=headers, **options) as response:
            has_body = bool(await response.read())
            return Answer(response.status, await response.json() if has_body else {}, response.headers)

    async def create(self, **fields: Any) -> Answer:
        return await self.send("POST", "/tasks", {"name": "Call Ana", "status": "pending", **fields})

    async def made(self, **fields: Any) -> dict[str, Any]:
        """A new task."""
        return good(await self.create(**fields), 201)

    async def get(self, number: int, **query: str) -> dict[str, Any]:
        return good(await self.send("GET", f"/tasks/{number}", params=query))

    async def put(self, number: int, /, **fields: Any) -> Answer:
        return await self.send("PUT", f"/tasks/{number}", fields)

    async def changed(self, number: int, /, **fields: Any) -> dict[str, Any]:
        """The task after a change."""
        return good(await self.put(number, **fields))

    async def page(self, **query: Any) -> list[dict[str, Any]]:
        """What a list has."""
        asked = {name: str(value) for name, value in query.items()}
        found: list[dict[str, Any]] = good(await self.send("GET", "/tasks", params=asked))["data"]
        return found

    async def workflow(self, *steps: str | dict[str, Any], name: str = "Customer Onboarding") -> tuple[int, list[int]]:
        """A new workflow with new steps; its number, and theirs."""
        number = good(await self.send("POST", "/workflows", {"name": name}), 201)["_id"]
        asked = [{"name": step} if isinstance(step, str) else step for step in steps]
        made = [await self.send("POST", "/steps", {**step, "workflow": number}) for step in asked]
        return number, [good(answer, 201)["_id"] for answer in made]


def good(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer
    return answer.body


def refused(answer: Answer) -> tuple[int, str]:
    """The status and the code of an error, which is in the interface's shape."""
    assert list(answer.body) == ["error"], answer
    assert isinstance(answer.body["error"]["message"], str)
    code: str = answer.body["error"]["code"]
    return answer.status, code


async def pilot_of(
    client: Client, services: Services, name: str, organisation: str = "default", **of_user: Any
) -> Pilot:
    user = await services.accounts.create_user(name, organisation, **of_user)
    return Pilot(client, (await services.accounts.create_token(user, "t"))[0])


@pytest.fixture
async def pilot(client: Client, services: Services) -> Pilot:
    """The user user777, Ana, of the default organisation."""
    return await pilot_of(client, services, "Ana", user_id="user777")


@pytest.fixture
async def viewer(client: Client, services: Services) -> Pilot:
    """One of the same organisation who changes nothing."""
    return await pilot_of(client, services, "Vi", user_id="user666", role="viewer")


@pytest.fixture
async def other_account(client: Client, services: Services) -> Pilot:
    """One of another organisation."""
    return await pilot_of(client, services, "Eve", "other", user_id="user000")
