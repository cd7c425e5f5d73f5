"""General Bots: whoever is not answered sends the same again, and nothing is done twice (X-17, X-21)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import general_bots
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage import events, requests
from tasktalk.storage.database import Database
from tests.bots.dialects.conftest import NOW, Answer, Api, OneBot, Woken
from tests.bots.dialects.contract import CheckedClient
from tests.databases import url_of


class Killed(Exception):
    """Stands for the end of the process: what is not committed by then never happens, and nobody is answered."""


@asynccontextmanager
async def server(db: Path, crash: Callable[[str], None] | None = None) -> AsyncIterator[tuple[Services, Api]]:
    """A server on a database that outlives it, with the default limits, and one who has no token yet."""
    clock, database = VirtualClock(NOW), await Database.open(url_of(db), crash)
    bots = cast(Bots, OneBot())
    services = Services(database, clock, cast(Engine, Woken()), bots, Accounts(database, clock))
    app = web.Application()
    app.add_routes(general_bots.routes(services))
    async with CheckedClient(TestServer(app)) as client:
        yield services, Api(client, None)
    await database.close()


async def post(api: Api) -> Answer:
    return await api.send("POST", "/tasks", {"title": "Call Ana", "tags": ["a"]}, headers={"Idempotency-Key": "k1"})


# The commits of the request: that the token is used, what the user spends, and the task with its answer.
INSTANTS = ["before-commit", "after-commit"] * 3


@pytest.mark.parametrize("fatal", range(len(INSTANTS)))
async def test_x_17_a_kill_at_each_instant_leaves_one_task(tmp_path: Path, fatal: int) -> None:
    passed: list[str] = []
    is_armed = False

    def crash(instant: str) -> None:
        if is_armed:
            passed.append(instant)
            if len(passed) > fatal:
                raise Killed(instant)

    db = tmp_path / "store.db"
    async with server(db, crash) as (services, api):
        user = await services.accounts.create_user("Ana", user_id="user123")
        api.token, _ = await services.accounts.create_token(user, "t")
        is_armed = True
        assert (await post(api)).status == 500
        secret = api.token
    assert passed == INSTANTS[: fatal + 1]
    async with server(db) as (services, api):
        api.token = secret
        answers = [await post(api) for _ in range(2)]
        assert [answer.status for answer in answers] == [201, 201]
        assert answers[0].body == answers[1].body
        replayed = [answer.headers.get("Idempotency-Replayed") for answer in answers]
        assert replayed == ["true" if fatal == len(INSTANTS) - 1 else None, "true"]
        assert (await api.page(tags="a")).body["total"] == 1
        async with services.database.read() as reader:
            assert len(await events.after(reader, "task", 0)) == 1
            spent = await requests.budget_of(reader, "user123", "create")
    assert spent is not None
    assert spent["count"] == (2 if fatal in (3, 4) else 1)


async def test_x_17_without_a_kill_the_instants_are_those(tmp_path: Path) -> None:
    passed: list[str] = []
    async with server(tmp_path / "store.db", passed.append) as (services, api):
        user = await services.accounts.create_user("Ana", user_id="user123")
        api.token, _ = await services.accounts.create_token(user, "t")
        passed.clear()
        assert (await post(api)).status == 201
        assert passed == INSTANTS
