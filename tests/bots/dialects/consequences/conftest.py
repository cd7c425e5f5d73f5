"""A whole server with its engine, a clock that stands still unless it is told to go on, and somebody outside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from tasktalk.bots.api.services import Services
from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.outside.mail import Smtp
from tasktalk.bots.virtual_time import pass_time
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Inbound
from tasktalk.storage.tables import metadata
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.outside import MailServer, Receiver
from tests.bots.dialects.contract import CheckedClient
from tests.databases import url_of

KEYWORDS = language()
PASSWORD = "open sesame"


@dataclass
class House:
    """One server; what it has stored is there again when it is opened again."""

    folder: Path
    clock: VirtualClock
    receiver: Receiver
    mails: MailServer
    hook_url: str
    hosting: Hosting
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    people: dict[str, str] = field(default_factory=dict)  # the token of each

    async def open(self) -> None:
        """Serves the bot `support`."""
        bots = Bots.load(self.folder / "bots", KEYWORDS)
        around = assembled(url_of(self.folder / "house.db"), bots, KEYWORDS, self.clock, hosting=self.hosting)
        self.services: Services = await self.stack.enter_async_context(around)
        await self.services.engine.start()
        app = application(self.services, Settings(is_loopback=True))
        self.client = await self.stack.enter_async_context(CheckedClient(TestServer(app)))

    async def close(self) -> None:
        """Stops serving."""
        await self.stack.aclose()

    async def person(self, user_id: str, organisation: str = "default", email: str | None = None) -> Api:
        """Somebody with a token."""
        if user_id not in self.people:
            accounts = self.services.accounts
            user = await accounts.create_user(user_id.title(), organisation, email=email, user_id=user_id)
            self.people[user_id], _ = await accounts.create_token(user, "t")
        return Api(self.client, self.people[user_id])

    async def settle(self) -> None:
        """Returns when everything is done that follows."""
        await self.services.engine.settle()

    async def pass_time(self, **by: float) -> None:
        """Lets time pass, with all that is due in it."""
        await pass_time(self.services.engine, self.clock, self.clock.now() + timedelta(**by))

    async def say(self, text: str, contact: str = "bo") -> str:
        """A contact says something to the bot; gives the id of the conversation."""
        receipt = await self.services.engine.receive(Inbound("support", "test", contact, text, None))
        await self.settle()
        return receipt.conversation_id

    async def tag(self, api: Api, conversation_id: str, tag: Any) -> int:
        """The status of the answer to tagging a conversation."""
        path, headers = f"/api/v1/conversations/{conversation_id}/tags", {"Authorization": f"Bearer {api.token}"}
        async with self.client.post(path, json={"tag": tag}, headers=headers) as response:
            await self.settle()
            return response.status

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in the order of their keys."""
        found = metadata.tables[table]
        async with self.services.database.read() as reader:
            return await reader.rows(select(found).order_by(*found.primary_key))

    async def inbox(self, api: Api, **query: str) -> list[tuple[str, str]]:
        """What somebody was told in the app, the eldest first."""
        answer = await api.send("GET", "/tasks/notifications/inbox", params=query)
        assert answer.status == 200, answer
        return [(row["event"], row["title"]) for row in reversed(answer.body["notifications"])]


@pytest.fixture
async def house(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[House]:
    """A server that is open; it may tell this machine things."""
    (tmp_path / "bots" / "support").mkdir(parents=True)
    (tmp_path / "bots" / "support" / "start.bas").write_text('TALK "Hello."\nHEAR x\nTALK "Yes."\n')
    receiver, mails = Receiver(), MailServer()
    url, port = await receiver.start(), await mails.start()
    smtp = Smtp("127.0.0.1", port, "bot@example.com", "bot", PASSWORD)
    made = House(tmp_path, clock, receiver, mails, url, Hosting(private_hosts=["127.0.0.1"], smtp=smtp))
    await made.open()
    yield made
    await made.close()
    await receiver.stop()
    await mails.stop()


@pytest.fixture
async def ana(house: House) -> Api:
    return await house.person("ana", email="ana@example.com")


@pytest.fixture
async def jane(house: House) -> Api:
    return await house.person("jane", email="jane@example.com")


@pytest.fixture
async def eve(house: House) -> Api:
    """One of another organisation."""
    return await house.person("eve", "other")
