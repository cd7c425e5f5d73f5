"""Copilotz: a kill at any instant leaves all of a write or nothing (X-21)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import copilotz
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import UNLIMITED
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage.database import Database
from tests.bots.dialects.conftest import NOW, Answer, OneBot, Woken
from tests.bots.dialects.contract import CheckedClient
from tests.bots.dialects.copilotz.conftest import Pilot, pilot_of
from tests.bots.dialects.test_general_bots_kills import Killed, stored
from tests.databases import url_of

WRITES: dict[str, tuple[str, str, Any]] = {
    "create": ("POST", "/tasks", {"name": "n", "status": "active", "workflow": 1, "extId": "x", "context": {"a": 1}}),
    "move": ("PUT", "/tasks/TASK", {"currentStep": 2, "status": "active", "context": {"b": 2}}),
    "fail": ("PUT", "/tasks/TASK", {"status": "failed"}),
    "leave": ("PUT", "/tasks/TASK", {"workflow": None}),
    "delete": ("DELETE", "/tasks/TASK", None),
    "workflow": ("POST", "/workflows", {"name": "w", "steps": [3]}),
    "order": ("PUT", "/workflows/1", {"steps": [3, 2, 1], "firstStep": 2}),
    "step": ("POST", "/steps", {"name": "s", "workflow": 1, "next": 1}),
    "remove": ("DELETE", "/steps/2", None),
}


@asynccontextmanager
async def server(db: Path, crash: Callable[[str], None] | None = None) -> AsyncIterator[tuple[Services, Pilot]]:
    """A server on a database that outlives it, and one who has no token yet."""
    clock, database = VirtualClock(NOW), await Database.open(url_of(db), crash)
    engine, bots = cast(Engine, Woken()), cast(Bots, OneBot())
    services = Services(database, clock, engine, bots, Accounts(database, clock), UNLIMITED)
    app = web.Application()
    app.add_routes(copilotz.routes(services))
    async with CheckedClient(TestServer(app)) as client:
        yield services, Pilot(client, None)
    await database.close()


async def prepared(services: Services, pilot: Pilot) -> int:
    """The number of a task at the first of two steps, which is tried again after a pause; and a step without a
    workflow."""
    pilot.token = (await pilot_of(pilot.client, services, "Ana", user_id="user777")).token
    again = {"maxAttempts": 2, "backoffSeconds": 60}
    await pilot.workflow({"name": "a", **again}, {"name": "b", "bot": "support"})
    await pilot.send("POST", "/steps", {"name": "c"})
    made: int = (await pilot.made(workflow=1, status="active"))["_id"]
    return made


async def do(pilot: Pilot, write: str, task: int) -> Answer:
    method, path, body = WRITES[write]
    return await pilot.send(method, path.replace("TASK", str(task)), body)


@pytest.mark.parametrize("write", WRITES)
async def test_x_21_a_kill_at_each_instant_leaves_all_of_a_write_or_nothing(tmp_path: Path, write: str) -> None:
    async with server(tmp_path / "undisturbed.db") as (services, pilot):
        task = await prepared(services, pilot)
        before = await stored(services)
        assert (await do(pilot, write, task)).status in (200, 201)
        after = await stored(services)
    assert len(after["event"]) > len(before["event"])
    passed: list[str] = []

    def crash(instant: str) -> None:
        passed.append(instant)
        if len(passed) > fatal:
            raise Killed(instant)

    db, fatal = tmp_path / "store.db", 10**6
    async with server(db) as (services, pilot):
        task, secret = await prepared(services, pilot), pilot.token
        assert await stored(services) == before
    found = before
    while found == before:
        passed, fatal = [], len(passed)
        async with server(db, crash) as (services, pilot):
            pilot.token = secret
            assert (await do(pilot, write, task)).status == 500
        async with server(db) as (services, pilot):
            found = await stored(services)
        assert found in (before, after), f"after a kill at {fatal}: {passed[-1]}"
    assert passed[-1] == "after-commit"
    assert "before-commit" in passed
