"""Users as they are found by what people call them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasktalk.storage.accounts import user_named
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.databases import url_of

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Óscar", "ÓSCAR", "oscar@example.org", "u1"])
async def test_a_name_is_found_whatever_its_letters(tmp_path: Path, name: str) -> None:
    database = await Database.open(url_of(tmp_path / "test.db"))
    writes = WriteSet()
    writes.insert("organisation", {"id": "o1", "name": "o1", "created_at": NOW})
    user = {"id": "u1", "organisation_id": "o1", "name": "Óscar", "email": "Oscar@example.org", "created_at": NOW}
    writes.insert("user", user)
    await database.commit(writes)
    async with database.read() as reader:
        found = await user_named(reader, "o1", name)
    assert found is not None
    assert found["id"] == "u1"
    await database.close()
