"""What it takes that a scheduled task runs, in commits and statements: that does not depend on the machine."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.storage.database import Database
from tasktalk.storage.reading import Reader
from tasktalk.storage.writes import WriteSet
from tests.runtime.runs.acts import make
from tests.stage import Stage

QUARTER = timedelta(minutes=15)


async def test_a_firing_is_two_commits_and_few_reads(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write("RETURN")
    await stage.open()
    await make(stage, schedule="every 15 minutes")
    await stage.pass_time(QUARTER)
    counted: Counter[str] = Counter()
    commit, rows, glance = Database.commit, Reader.rows, Reader.glance

    async def counted_commit(self: Database, writes: WriteSet) -> None:
        counted["commits"] += bool(writes.writes)
        counted["writes of the run"] += sum(write.table == "run" for write in writes.writes)
        await commit(self, writes)

    async def counted_rows(self: Reader, *given: Any) -> Any:
        counted["reads"] += 1
        return await rows(self, *given)

    async def counted_glance(self: Reader, *given: Any) -> Any:
        counted["looks"] += 1
        return await glance(self, *given)

    monkeypatch.setattr(Database, "commit", counted_commit)
    monkeypatch.setattr(Reader, "rows", counted_rows)
    monkeypatch.setattr(Reader, "glance", counted_glance)
    await stage.pass_time(QUARTER)
    assert counted["commits"] == 2
    assert counted["writes of the run"] == 2  # when it is fired, and with its turn
    assert counted["reads"] == 2  # what is due, and how its task stands
    assert counted["looks"] == 3  # behind each commit, and once because the stage wakes the engine
    assert [row["status"] for row in await stage.rows("run")] == ["completed"] * 2
