"""One play from its start to its end: a fresh database, servers, people, and what befalls them."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tasktalk.bots.crashtest.channels import BOT, PUSH, configure
from tasktalk.bots.crashtest.faults import befall
from tasktalk.bots.crashtest.outcome import Outcome, is_settled, outcome
from tasktalk.bots.crashtest.people import STEPS, Person
from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.progress import Progress
from tasktalk.bots.crashtest.servers import Server
from tasktalk.bots.crashtest.sink import Sink
from tasktalk.bots.crashtest.storm import Storm
from tasktalk.bots.crashtest.ways.network import Network
from tasktalk.bots.crashtest.ways.way import ByChannel, ByWebhook, Way
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.memory import Memory
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.scratch import scratch_database
from tasktalk.storage.writes import WriteSet

_LOOK_SECONDS = 0.2
_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a play."""

    outcome: Outcome
    is_complete: bool
    """Whether everybody talked to the end."""
    kills_at_random: int
    kills_at_instants: int
    sent_again: Mapping[str, int]
    """For each channel the deliveries that came more than once with an id: the provider takes them once."""
    came_twice: Mapping[str, int]
    """For each channel the deliveries that came twice without any id, so that its provider cannot know."""
    ordered_again: int
    """Orders that came to the shop more than once, with the same key: it takes them once."""


async def play(plan: Plan, folder: Path, told: Callable[[int, int], None]) -> Played:
    """Plays a plan. `folder`, which is there, gets the servers' log and the file of the database, if it is one.

    Raises CannotStart, and DatabaseError when there is no database to be had.
    """
    file = folder / "talks.db"
    chance = random.Random(f"{plan.seed} storm")  # noqa: S311
    progress = Progress(plan.conversations * STEPS, told)
    async with AsyncExitStack() as stack:
        db = str(file) if plan.db is None else stack.enter_context(scratch_database(plan.db))
        database = await stack.enter_async_context(_opened(db))
        sink = await stack.enter_async_context(Sink(chance, is_failing=plan.fault == "channel-fails"))
        token = await _prepare(database, plan, sink)
        configuration = configure(folder, sink.url, sink.providers)
        servers = [
            await stack.enter_async_context(_server(plan, db, configuration, folder / f"server-{number}.log"))
            for number in range(1, plan.processes + 1)
        ]
        client = await stack.enter_async_context(_client())
        network = Network(client, lambda: chance.choice(servers).url, token)
        ways = [_way(number, network, sink) for number in range(1, plan.conversations + 1)]
        people = [Person(plan.seed, each, network, sink.screens, progress) for each in ways]
        storm = Storm(plan.kills, chance, progress, servers)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(storm.rage())
                group.create_task(befall(plan, progress, servers, file))
                await _talk(people, progress, plan.patience)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        await _settle(database, plan.patience)
        for server in servers:
            await server.stop()
        return Played(
            await outcome(database, people, sink),
            progress.done == progress.total,
            storm.at_random,
            storm.at_instants,
            {provider.channel: provider.sent_again for provider in sink.providers},
            {provider.channel: provider.came_twice for provider in sink.providers},
            sink.ordered_again,
        )


def _way(number: int, network: Network, sink: Sink) -> Way:
    """In turn the webhook, beside which there is the first channel, and each of the channels."""
    turn = number % (len(sink.providers) + 1)
    if turn == 0:
        return ByWebhook(number, sink.providers[0], network)
    return ByChannel(number, sink.providers[turn - 1], network)


async def _talk(people: list[Person], progress: Progress, patience: float) -> None:
    """Returns when all have talked to the end, or nobody gets on any more."""
    talks = asyncio.gather(*(person.talk() for person in people))
    talks.add_done_callback(lambda _: progress.end())
    try:
        await progress.stall(patience)
        if talks.done():
            talks.result()
    finally:
        talks.cancel()
        await asyncio.gather(talks, return_exceptions=True)
        progress.end()


async def _settle(database: Database, patience: float) -> None:
    """What is said is also delivered, and noted as such; what never is, is found in the outcome."""
    for _ in range(int(patience / _LOOK_SECONDS)):
        if await is_settled(database):
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def _prepare(database: Database, plan: Plan, sink: Sink) -> str:
    """The token of those who end tasks; the channel that is pushed to knows everybody, and the bot knows the shop."""
    accounts, clock, writes = Accounts(database, RealClock()), RealClock(), WriteSet()
    for number in range(1, plan.conversations + 1):
        now = clock.now()
        contact = {"id": new_id("con", now), "channel": PUSH, "address": f"c{number}", "created_at": now}
        writes.insert("contact", {**contact, "name": None})
    work = UnitOfWork(database, clock.now())
    await Memory(work, BOT, "").set("shop", f"{sink.url}/order")
    writes.writes += work.writes.writes
    await database.commit(writes)
    await accounts.ensure_organisation()
    secret, _ = await accounts.create_token(await accounts.create_user("crashtest"), "crashtest")
    return secret


def _server(plan: Plan, db: str, configuration: Path, log: Path) -> Server:
    return Server(
        db,
        configuration,
        log,
        f"{plan.seed} {log.stem}",
        has_jumping_clock=plan.fault == "clock-jumps",
        may_fail=plan.fault is not None,
    )


@asynccontextmanager
async def _opened(db: str) -> AsyncIterator[Database]:
    database = await Database.open(db)
    try:
        yield database
    finally:
        await database.close()


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
    )
