"""A store of tasks with a clock that stands still."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

import pytest

from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)

Within: TypeAlias = Callable[..., Tasks]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
async def database(database: Database, clock: VirtualClock) -> Database:
    """With the default organisation and another one."""
    accounts = Accounts(database, clock)
    await accounts.ensure_organisation()
    await accounts.ensure_organisation("other")
    return database


@pytest.fixture
def tasks(database: Database, clock: VirtualClock) -> Within:
    """Makes a unit of work of its own at each call."""

    def within(actor: Actor = Actor("ana", "default", "test"), ports: Ports = Ports()) -> Tasks:  # noqa: B008
        return Tasks(UnitOfWork(database, clock.now()), actor, ports)

    return within
