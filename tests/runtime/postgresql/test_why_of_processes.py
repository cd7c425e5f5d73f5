"""Why something has not run yet, where several processes share the database: one of them has to do it."""

from datetime import timedelta

from tasktalk.runtime import inquiry, reasons
from tests.conftest import START
from tests.runtime.postgresql.test_processes import leases
from tests.runtime.runs.acts import make
from tests.stage import Stage

QUARTER = timedelta(minutes=15)


async def sentences(stage: Stage) -> str:
    [row] = await stage.rows("schedule")
    [task] = await stage.rows("task")
    async with stage.database.read() as reader:
        found = await inquiry.facts(reader, row, task, START + QUARTER, START + QUARTER)
    return " ".join(reasons.explain(found).sentences)


async def test_the_process_that_has_a_run_or_a_due_time_is_named(stage: Stage) -> None:
    stage.write("WAIT 1 HOUR")
    await stage.open()
    await make(stage, schedule="every 15 minutes", session_ms=3_600_000)
    process = leases(stage).process_id
    named = f"Of the processes that share the database, {process} has to do it, which was last heard of"
    assert (
        f"nobody has looked yet: the server is not running, or has more to do than it can. {named}"
        in await sentences(stage)
    )
    await stage.pass_time(QUARTER)
    assert f"has not ended. {named}" in await sentences(stage)
