"""What tests of several packages need: a database on disk, a clock that stands still."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import postgresql
from tasktalk.storage.database import Database
from tests.databases import IS_PORTABLE, IS_POSTGRESQL, remove_all, url_of
from tests.portable import Portable
from tests.quick import quick_databases

# What is of the other kind of database alone; and what has no database, or one of its own, and need not be run twice.
_WITHOUT_DATABASE = [
    "bots/cli",
    *(f"bots/test_{name}.py" for name in ("codes", "examples", "noqa", "reference", "sarif")),
]
collect_ignore = (
    ["storage/sqlite", "runtime/sqlite", *_WITHOUT_DATABASE]
    if IS_POSTGRESQL
    else ["storage/postgresql", "runtime/postgresql", "bots/test_worker.py"]
)

# The same examples in each run, however slow the machine is: what fails, fails again.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("steady")

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""A Monday morning: when the virtual clock of each test begins."""


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the commands keep for the user is kept for the tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def databases_are_quickly_made() -> Iterator[None]:
    """And never waited for until they are on disk."""
    with quick_databases():
        yield


@pytest.fixture(scope="session", autouse=True)
def the_kind_of_postgresql() -> Iterator[None]:
    """Databases on a server are opened as Portable, where that is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if IS_PORTABLE:
            patch.setattr(postgresql, "Postgresql", Portable)
        yield


@pytest.fixture(autouse=True)
def databases_of_one_test() -> Iterator[None]:
    """No test leaves a database behind."""
    yield
    remove_all()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of the test's own."""
    opened = await Database.open(url_of(tmp_path / "test.db"))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that stands at START until the test moves it."""
    return VirtualClock(START)
