"""`/healthz` and `/readyz`: ready means that turns can be taken, and what keeps them from it has a name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.watch.health import LAG_SECONDS, LATE_SECONDS, WRITING_SECONDS, Health
from tasktalk.bots.watch.lookout import Lookout
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Inbound
from tasktalk.storage import queues
from tasktalk.storage.database import Database, DatabaseError
from tests.bots.conftest import Client
from tests.databases import url_of

SECRET = {"Authorization": "Bearer sesame"}


@asynccontextmanager
async def assembly(folder: Path, clock: VirtualClock, *, is_started: bool = True) -> AsyncIterator[Services]:
    (folder / "bots" / "ask").mkdir(parents=True)
    (folder / "bots" / "ask" / "start.bas").write_text("HEAR x\n", encoding="utf-8")
    keywords = language()
    async with assembled(url_of(folder / "store.db"), Bots.load(folder / "bots", keywords), keywords, clock) as found:
        if is_started:
            await found.engine.start()
            await found.engine.settle()
            while not found.engine._timekeeper.is_waiting:  # noqa: ASYNC110 - the timekeeper, whose first look is under way
                await asyncio.sleep(0)
        yield found


@asynccontextmanager
async def served(services: Services) -> AsyncIterator[Client]:
    app = application(services, Settings(is_loopback=False, metrics_secret="sesame"))
    async with TestClient(TestServer(app)) as client:
        yield client


async def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = await client.get("/readyz")
    return answer.status, await answer.json()


def failing(body: dict[str, Any]) -> list[str]:
    return [name for name, check in body["checks"].items() if not check["is_ok"]]


async def test_a_server_that_works_is_ready_and_tells_anybody(tmp_path: Path, clock: VirtualClock) -> None:
    async with assembly(tmp_path, clock) as services, served(services) as client:
        assert await (await client.get("/healthz")).json() == {"status": "ok"}
        status, body = await ready(client)
        assert (status, body["status"]) == (200, "ready")
        assert body["checks"] == {
            "database": {"is_ok": True},
            "writer": {"is_ok": True, "seconds": 0.0},
            "scheduler": {"is_ok": True, "late_seconds": 0.0},
            "inbox": {"is_ok": True, "pending": 0, "oldest_seconds": 0.0},
            "outbox": {"is_ok": True, "pending": 0, "oldest_seconds": 0.0},
            "timers": {"is_ok": True, "due": 0, "oldest_seconds": 0.0},
            "migrations": {"is_ok": True},
        }


async def test_without_its_database_it_lives_and_is_not_ready(
    tmp_path: Path, clock: VirtualClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseError("the server db.example does not answer")

    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(queues, "inbox", away)
        status, body = await ready(client)
        assert (status, body["status"], failing(body)) == (503, "not_ready", ["database"])
        assert "db.example" not in str(body)
        assert "the server db.example does not answer" in caplog.text
        assert (await client.get("/healthz")).status == 200
        assert "tasktalk_database_up 0.0" in await (await client.get("/metrics", headers=SECRET)).text()
        monkeypatch.undo()
        assert (await ready(client))[0] == 200


async def test_a_database_that_hangs_is_asked_once_and_keeps_nobody_waiting(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers = [], asyncio.Event()

    async def slow(_: object) -> queues.Queue:
        asked.append(1)
        await answers.wait()
        return queues.Queue(0, None)

    async with assembly(tmp_path, clock) as services:
        monkeypatch.setattr(queues, "inbox", slow)
        lookout = Lookout(services, seconds=0.01)
        assert [await lookout.look(), await lookout.look(), asked] == [None, None, [1]]
        answers.set()
        while await lookout.look() is None:
            continue
        assert (await Health(services, lookout).checks())["database"]["is_ok"]


async def test_a_scheduler_that_does_not_run_or_is_late(tmp_path: Path, clock: VirtualClock) -> None:
    async with assembly(tmp_path, clock, is_started=False) as services, served(services) as client:
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["scheduler"])


async def test_a_timekeeper_that_cannot_look_is_late_once_time_has_passed(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> bool:
        tried.set()
        raise DatabaseError("away")

    tried = asyncio.Event()
    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(services.engine._timekeeper, "_look", fails)
        services.engine.wake()
        await tried.wait()
        clock.advance(timedelta(seconds=LATE_SECONDS))
        assert (await ready(client))[0] == 200
        clock.advance(timedelta(seconds=1))
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["scheduler"])
        assert body["checks"]["scheduler"]["late_seconds"] == LATE_SECONDS + 1


async def test_a_timekeeper_that_sleeps_for_days_is_not_late(tmp_path: Path, clock: VirtualClock) -> None:
    async with assembly(tmp_path, clock) as services, served(services) as client:
        clock.advance(timedelta(days=3))
        assert (await ready(client))[0] == 200


async def test_messages_that_nobody_hears(tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(services.engine._workers, "poke", lambda _: None)
        await services.engine.receive(Inbound("ask", "test", "ana", "hi"))
        clock.advance(timedelta(seconds=LAG_SECONDS))
        assert (await ready(client))[0] == 200
        clock.advance(timedelta(seconds=1))
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["inbox"])
        assert body["checks"]["inbox"]["oldest_seconds"] == LAG_SECONDS + 1
        text = await (await client.get("/metrics", headers=SECRET)).text()
        assert "tasktalk_inbox_pending 1.0" in text
        assert f"tasktalk_inbox_oldest_seconds {LAG_SECONDS + 1}" in text


async def test_timers_that_nobody_takes_up(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now()

    async def due(*_: object) -> dict[str, queues.Queue]:
        return {"timer": queues.Queue(1, began), "schedule": queues.Queue(0, None), "run": queues.Queue(0, None)}

    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(queues, "due", due)
        clock.advance(timedelta(seconds=LAG_SECONDS))
        assert (await ready(client))[0] == 200
        clock.advance(timedelta(seconds=1))
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["timers"])
        assert body["checks"]["timers"]["due"] == 1
        assert body["checks"]["timers"]["oldest_seconds"] == LAG_SECONDS + 1


async def test_a_commit_that_does_not_end(tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(Database, "writing_seconds", WRITING_SECONDS + 1)
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["writer"])


async def test_tables_of_another_version(tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async with assembly(tmp_path, clock) as services, served(services) as client:
        monkeypatch.setattr(queues, "NEWEST", "of-the-future")
        status, body = await ready(client)
        assert (status, failing(body)) == (503, ["migrations"])
