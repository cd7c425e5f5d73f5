"""Keys to sign with are made once for a database."""

import asyncio

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.signing_keys import KEY_BYTES, SigningKey
from tasktalk.storage import contents
from tasktalk.storage.database import Database


async def test_all_have_the_same_key_also_those_who_make_it_at_the_same_moment(
    database: Database, clock: VirtualClock
) -> None:
    keys = await asyncio.gather(*(SigningKey(database, clock, "files").get() for _ in range(5)))
    assert (len(set(keys)), len(keys[0])) == (1, KEY_BYTES)
    assert await SigningKey(database, clock, "files").get() == keys[0]
    async with database.read() as reader:
        assert len(await contents.rows(reader, "signing_key")) == 1


async def test_another_name_has_another_key(database: Database, clock: VirtualClock) -> None:
    assert await SigningKey(database, clock, "files").get() != await SigningKey(database, clock, "others").get()
