"""A server in this process, with bots of the test's own."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tests.databases import url_of

Client = TestClient[Request, Application]

ASKING = 'name = HEAR "Who are you?"\nTALK "Hello, ${name}."\nHEAR size AS "small", "large"\nTALK "So ${size}."\n'


class Serve(Protocol):
    def __call__(
        self, scripts: dict[str, str] | None = None, settings: Settings | None = None
    ) -> AbstractAsyncContextManager[Client]: ...


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serves bots, each of one script; the store is kept between two servers of a test."""

    @asynccontextmanager
    async def server(scripts: dict[str, str] | None = None, settings: Settings | None = None) -> AsyncIterator[Client]:
        folder = tmp_path / "bots"
        for bot, source in (scripts or {"ask": ASKING}).items():
            (folder / bot).mkdir(parents=True, exist_ok=True)
            (folder / bot / "start.bas").write_text(source, encoding="utf-8")
        keywords = language()
        bots = Bots.load(folder, keywords)
        async with assembled(url_of(tmp_path / "store.db"), bots, keywords, RealClock()) as services:
            await services.engine.start()
            app = application(services, settings or Settings(is_loopback=True))
            async with TestClient(TestServer(app)) as client:
                yield client

    return server
