"""Values that SQLite keeps in columns which are not made for them."""

import sqlite3
from contextlib import closing

import pytest

from tests.runtime.test_damaged_sessions import BACKUP, begin, see_it_end
from tests.stage import Stage


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("wait_request", "'{\"a\": '", "what this conversation waits for cannot be read"),
        ("wait_request", "x'ff00'", "what this conversation waits for cannot be read"),
        ("state", "'text'", "the state is damaged"),
        ("state", "7", "the state is damaged"),
    ],
)
async def test_a_value_that_its_column_cannot_have(
    stage: Stage, caplog: pytest.LogCaptureFixture, column: str, value: str, said: str
) -> None:
    session = await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(f"UPDATE session SET {column} = {value} WHERE id = ?", (session["id"],))
        other.commit()
    await see_it_end(stage, caplog, said, BACKUP)
