"""A database, and a bot on the real engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.database import Database
from tests.databases import private_url
from tests.stage import Stage


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """An empty database, which goes with the test."""
    opened = await Database.open(private_url())
    yield opened
    await opened.close()


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Stage]:
    """A bot on the real engine with the virtual clock; the test writes its scripts and opens it."""
    made = Stage(tmp_path, clock)
    yield made
    if made.is_open:
        await made.close()
