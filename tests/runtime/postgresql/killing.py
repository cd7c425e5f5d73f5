"""Processes that work on one database and are killed at random, until all of their work is done."""

import asyncio
import random
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import url_of
from tests.runtime.postgresql.firing import TWO_AT_ONCE
from tests.stage import Stage

WORKERS = 3


@dataclass
class Killing:
    """What is killed, and what was seen meanwhile."""

    module: str
    """Of tests.runtime.postgresql: a process as `firing` is one."""
    chance: random.Random
    kills_left: int
    doomed: int
    """How many of those that shall die have not ended."""
    kills: int = 0
    told: list[str] = field(default_factory=list)
    none_is_doomed: asyncio.Event = field(default_factory=asyncio.Event)


async def work_and_be_killed(folder: Path, stage: Stage, module: str, kills: int) -> None:
    """Returns when all is done, which nobody did two at a time of one thing."""
    killing = Killing(module, random.Random(folder.name), kills, kills)
    url = url_of(stage.database_path)
    await asyncio.gather(*(_work(number, url, folder / "bots", killing) for number in range(WORKERS)))
    assert TWO_AT_ONCE not in killing.told
    # Those that shall die look too rarely to do it all, unless what kills them is kept from it for long.
    assert kills - WORKERS < killing.kills <= kills


async def _work(number: int, url: str, bots: Path, killing: Killing) -> None:
    """One process after the other, until one comes to the end; each is killed from inside or from outside."""
    for life in range(1000):
        shall_die, dies_inside = killing.kills_left > 0, killing.kills_left % 3 > 0
        killing.kills_left -= shall_die
        if not shall_die:  # who lives does what those leave who die, however quick it is
            await killing.none_is_doomed.wait()
        arguments = [url, str(bots), f"{number} {life}", "9" if dies_inside else "0"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"tests.runtime.postgresql.{killing.module}", *arguments),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        looks_left = killing.chance.randint(1, 6)
        async for line in process.stdout:
            killing.told.append(line.decode().strip())
            looks_left -= 1
            if looks_left == 0 and shall_die and not dies_inside:
                process.kill()
        code = await process.wait()
        killing.doomed -= shall_die
        if not killing.doomed:
            killing.none_is_doomed.set()
        if code == 0:
            return
        assert code == -signal.SIGKILL
        killing.kills += 1
    raise AssertionError("it never came to the end")
