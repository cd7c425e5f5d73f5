"""What is remembered of what comes next, and for how long."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tasktalk.storage.coming import Lookout
from tasktalk.storage.database import Database
from tasktalk.storage.reading import Reader
from tests.storage.contacts import inserting


@contextmanager
def glances(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Those that were taken meanwhile."""
    taken: list[Any] = []
    glance = Reader.glance

    async def noted(self: Reader, *given: Any) -> Any:
        taken.append(given)
        return await glance(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Reader, "glance", noted)
        yield taken


async def test_it_looks_again_once_something_was_written(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    lookout = Lookout(database, lambda: True)
    with glances(monkeypatch) as taken:
        assert await lookout.coming() == await lookout.coming()
        assert await lookout.next_due() is None
        assert len(taken) == 1
        await database.commit(inserting("one"))
        await lookout.coming()
        assert len(taken) == 2


async def test_it_looks_again_once_somebody_else_may_have_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout = Lookout(database, lambda: True)
    with glances(monkeypatch) as taken:
        await lookout.coming()
        lookout.forget()
        await lookout.coming()
        assert len(taken) == 2


async def test_of_a_database_that_others_write_to_nothing_is_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout = Lookout(database, lambda: False)
    with glances(monkeypatch) as taken:
        await lookout.coming()
        await lookout.coming()
        assert len(taken) == 2
