"""What a command that runs for long does about a tasktalk.toml that changes meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tasktalk.bots.cli._config import Configured

if TYPE_CHECKING:
    from tasktalk.bots.api.services import Services


@asynccontextmanager
async def reloading(services: "Services", configured: Configured | None) -> AsyncIterator[None]:
    """Within it, the channels follow the file that they come from, if there is one; its doubts are told at once."""
    from tasktalk.bots.channels.reloading import Reloading

    if configured is None or configured.path is None or services.channels is None:
        yield
        return
    begun_with = configured.configuration
    found = Reloading(services.channels, configured.path, configured.again, services.bots, begun_with)
    found.warn(begun_with)
    looking = asyncio.create_task(found.keep_looking())
    try:
        yield
    finally:
        looking.cancel()
