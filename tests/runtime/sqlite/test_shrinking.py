"""A file gives back the space of what was removed."""

import sqlite3
from datetime import timedelta

from tasktalk.runtime.retention import Keep
from tests.stage import Stage

DAY = timedelta(days=1)


def pages(stage: Stage) -> int:
    connection = sqlite3.connect(stage.database_path)
    found: int = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    return found


async def test_the_file_gets_smaller(stage: Stage) -> None:
    stage.write('TALK STRING(20000, "x")\n')
    await stage.open(keep=Keep(messages=DAY, events=DAY, sessions=DAY, runs=DAY, memories=DAY, programs=DAY))
    for i in range(80):
        await stage.say("hi", contact=f"c{i % 2}")
    before = pages(stage)
    await stage.pass_time(DAY * 2)
    assert len(await stage.rows("message")) == 2
    assert pages(stage) < before / 2
