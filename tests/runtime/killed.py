"""An engine in a process of its own, in which the keyword END PROCESS does what it says.

Its arguments: the URL of a database, a folder of bots, and what a contact says (nothing for one who says nothing).
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from tasktalk.interpreter.keyword import Keywords, discover, keyword
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.leases import LOST_SECONDS
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.turn import Turn
from tasktalk.storage.database import Database
from tests.conftest import START
from tests.stage import BOT

EXIT = 9


@keyword("END PROCESS", returns="nothing")
def end_process(turn: Turn) -> None:
    """As a library that crashes does, or the system when there is no memory left."""
    os._exit(EXIT)


async def main(url: str, bots: str, text: str) -> None:
    """Takes up what is there and what is said; that it lives to the end is told by its exit code."""
    keywords = Keywords([*discover("tasktalk.runtime.keywords"), end_process])
    clock, database = VirtualClock(START), await Database.open(url)
    engine = Engine(database, clock, Bots.load(Path(bots), keywords), keywords)
    await engine.start()
    shared = engine._sharing._shared
    if shared is not None:  # those who died are missed only after a while
        clock.advance(timedelta(seconds=LOST_SECONDS + 1))
        await shared.beat()
    if text:
        await engine.receive(Inbound(BOT, "test", "ana", text, text))
    await engine.settle()
    await engine.stop()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
