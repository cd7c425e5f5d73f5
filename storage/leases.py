"""Which processes drive the conversations of a database, as it is read."""

from collections.abc import Sequence

from sqlalchemy import select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import lease, process
from tasktalk.storage.writes import Row

_LEASES = select(lease).order_by(lease.c.bucket)
_PROCESSES = select(process)


async def leases(reader: Reader) -> Sequence[Row]:
    """Every bucket's lease, in their order."""
    return await reader.rows(_LEASES)


async def processes(reader: Reader) -> Sequence[Row]:
    """Every process that has said of itself that it lives, and has not said that it ends."""
    return await reader.rows(_PROCESSES)
