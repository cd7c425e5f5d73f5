"""What tests of several packages need: a database on disk, a clock that stands still."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tasktalk.interpreter import collector
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import postgresql
from tasktalk.storage.database import Database
from tests.databases import IS_PORTABLE, IS_POSTGRESQL, Server, remove_all, url_of
from tests.portable import Portable
from tests.quick import quick_databases

WITHOUT_DATABASE = [
    *(f"bots/crashtest/test_{name}.py" for name in ("outcome", "sink")),
    *(f"bots/dialects/test_{name}.py" for name in ("rules", "vocabulary")),
    "bots/dialects/chatbotkit/test_chatbotkit_sdk.py",
    "bots/files",
    "bots/outside",
    *(f"bots/simulation/test_{name}.py" for name in ("downs", "page")),
    *(
        f"bots/test_{name}.py"
        for name in ("chat_page", "chat_reading", "codes", "examples", "noqa", "problems", "reference", "rehearsal")
    ),
    *(f"bots/test_{name}.py" for name in ("sarif", "task_readings", "transcript")),
    *(f"runtime/tasks/test_{name}.py" for name in ("arguments", "due")),
    *(f"runtime/test_{name}.py" for name in ("answers", "bots", "clock", "clock_changes", "due_times")),
]
"""No test of these files has a database of `tests/databases.py`: it has none, or a file of its own whatever the others
use. So they are run once, and not again on PostgreSQL. What is wrong in this list fails where it is run."""

_HERE = Path(__file__).parent
collect_ignore = (
    # The commands do nothing with a database but through what the others test.
    ["storage/sqlite", "runtime/sqlite", "bots/cli", *WITHOUT_DATABASE]
    if IS_POSTGRESQL
    else ["storage/postgresql", "runtime/postgresql", "bots/test_worker.py"]
)

# The same examples in each run, however slow the machine is: what fails, fails again.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("steady")

# With Python's own numbers, up to a third of a folder's time goes into looking again and again through what all its
# tests share.
# Whoever asks for a look gets one, and pytest asks at the end.
_LOOKS = (30_000, 10, 10)
gc.set_threshold(*_LOOKS)

_MEMORY = Path("/dev/shm")
_ROOM = 8 << 30  # bytes: many times what a run has there at once


def _is_quick(folder: Path) -> bool:
    """Whether files in it are kept in memory, with room enough, and programs there can be run."""
    if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free > _ROOM


# Thousands of small databases are made and removed, and other programs may keep the disk busy.
if "TMPDIR" not in os.environ and _is_quick(_MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

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
    Server.let_go()


@pytest.fixture(scope="session", autouse=True)
def the_kind_of_postgresql() -> Iterator[None]:
    """Databases on a server are opened as Portable, where that is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if IS_PORTABLE:
            patch.setattr(postgresql, "Postgresql", Portable)
        yield


@pytest.fixture(autouse=True)
def the_collector_of_one_test() -> Iterator[None]:
    """What a command that serves keeps for good, in this process too, is given back: it would never be freed."""
    yield
    gc.unfreeze()
    gc.set_threshold(*_LOOKS)
    collector._is_frozen = False


@pytest.fixture(autouse=True)
def databases_of_one_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves a database behind, and those that are run once had none."""
    yield
    demand_none(request.path, had_one=remove_all())


def demand_none(path: Path, *, had_one: bool) -> None:
    """Fails for a test in a file of WITHOUT_DATABASE that had a database."""
    place = path.relative_to(_HERE).as_posix()
    listed = [name for name in WITHOUT_DATABASE if place == name or place.startswith(f"{name}/")]
    assert not (had_one and listed), f"{place} has a database and has to be run on PostgreSQL, too: see {listed}"


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
