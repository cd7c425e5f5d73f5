"""A file has one process that drives it."""

from pathlib import Path

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.errors import DatabaseError
from tests.stage import Stage


async def test_one_engine_drives_a_database(tmp_path: Path, clock: VirtualClock) -> None:
    stage = Stage(tmp_path, clock)
    stage.write("HEAR x")
    await stage.open()
    other = Stage(stage.folder, stage.clock)
    with pytest.raises(DatabaseError, match="another tasktalk is serving"):
        await other.open()
    await other.close()
    await stage.close()
