"""A server in this process, with bots of the test's own, and a browser."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from playwright.async_api import Page, async_playwright, expect

from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tests.databases import url_of
from tests.patience import PATIENCE

Client = TestClient[Request, Application]

KEYWORDS = language()
ASKING = 'name = HEAR "Who are you?"\nTALK "Hello, ${name}."\nHEAR size AS "small", "large"\nTALK "So ${size}."\n'


class Serve(Protocol):
    def __call__(
        self, scripts: dict[str, str] | None = None, settings: Settings | None = None, hosting: Hosting | None = None
    ) -> AbstractAsyncContextManager[Client]: ...


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serves bots, each of one script; the store is kept between two servers of a test."""

    @asynccontextmanager
    async def server(
        scripts: dict[str, str] | None = None, settings: Settings | None = None, hosting: Hosting | None = None
    ) -> AsyncIterator[Client]:
        folder = tmp_path / "bots"
        for bot, source in (scripts or {"ask": ASKING}).items():
            (folder / bot).mkdir(parents=True, exist_ok=True)
            (folder / bot / "start.bas").write_text(source, encoding="utf-8")
        bots = Bots.load(folder, KEYWORDS)
        database = url_of(tmp_path / "store.db")
        hosted = replace(hosting or Hosting(), files=str(tmp_path / "files"))
        async with assembled(database, bots, KEYWORDS, RealClock(), hosting=hosted) as services:
            await services.engine.start()
            app = application(services, settings or Settings(is_loopback=True))
            async with TestClient(TestServer(app)) as client:
                yield client

    return server


@pytest.fixture
def chromium() -> str:
    """The path of the system's browser; without one the tests are skipped, but never in CI."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is not None:
        return path
    if os.environ.get("CI"):
        pytest.fail("CI has no Chromium")
    pytest.skip("there is no Chromium on this machine")


@asynccontextmanager
async def browsing(chromium: str, *sites: str) -> AsyncIterator[Page]:
    """A page; what it complains of fails the test, and so does asking for anything from elsewhere. These sites, without
    a port, are on this machine, too."""
    rules = ", ".join(f"MAP {site} 127.0.0.1" for site in sites)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                *([f"--host-resolver-rules={rules}"] if rules else []),
            ],
        )
        opened = await browser.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        problems: list[str] = []

        def is_here(url: str) -> bool:
            return is_local(url) or url.startswith(tuple(f"http://{site}:" for site in sites))

        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("request", lambda request: None if is_here(request.url) else problems.append(request.url))
        opened.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        yield opened
        await browser.close()
        assert problems == []


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    """A page of this machine's browser."""
    async with browsing(chromium) as opened:
        yield opened


def is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:"))
