"""Puts a running TaskTalk together from its parts: the store, the language, the bots, the engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import tasktalk
from tasktalk.bots.api.addresses import task_address
from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.links import Links
from tasktalk.bots.channels.sent_files import SentFiles, WithSentFiles
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.files.places import store_at
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.outside.hooks import SignedCalls
from tasktalk.bots.outside.mail import SmtpMail
from tasktalk.bots.outside.web import Web
from tasktalk.interpreter.keyword import Keywords, discover
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.kept_files import KeptFiles
from tasktalk.runtime.ports import Carriers, Channel, Outside
from tasktalk.runtime.signing_keys import SigningKey
from tasktalk.storage.database import Database

if TYPE_CHECKING:
    from tasktalk.bots.watch.traces import Traces


@dataclass(frozen=True, slots=True)
class Fittings:
    """What tests of crashes and simulations put into a server; nothing of it is in one that people use."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    crash: Callable[[str], None] | None = None
    """Called at named instants of each commit, turn and delivery; it may end the process."""
    opens: Callable[[str, Callable[[str], None] | None], Awaitable[Database]] = Database.open
    outside: Outside | None = None
    """What is asked in place of other services."""
    carriers: Carriers | None = None
    """Who brings out what others are told, in place of mail and calls."""
    chance: Callable[[str], Random] | None = None


def language() -> Keywords:
    """Every keyword that scripts may use."""
    return Keywords(discover("tasktalk.runtime.keywords"))


def shipped_bots() -> Path:
    """The folder of the bots that come with TaskTalk."""
    roots = [Path(root) / "scripts" for root in tasktalk.__path__]
    return next(path for path in roots if path.is_dir())


@asynccontextmanager
async def assembled(
    db: str,
    bots: Bots,
    keywords: Keywords,
    clock: Clock,
    fittings: Fittings | None = None,
    hosting: Hosting | None = None,
) -> AsyncIterator[Services]:
    """The parts over one open database; the engine is not started, and stopped on leaving. Raises DatabaseError."""
    fitted, hosted = fittings or Fittings(), hosting or Hosting()
    outside = Web(hosted.private_hosts)
    hooks, mail = SignedCalls(outside), SmtpMail(hosted.smtp) if hosted.smtp else None
    database = await fitted.opens(db, fitted.crash)
    try:
        files = store_at(hosted.files, database.beside, hosted.most_file_bytes)
        links = Links(SigningKey(database, clock, "files").get)
        kept = KeptFiles(database, clock, files)
        channels = Channels(clock, fitted.channels, links, fitted.outside or outside, kept)
        sent = SentFiles(channels, links, kept, hosted.most_file_bytes)
        channels.become(hosted.channels, hosted.public_url)
        engine = Engine(
            database,
            clock,
            bots,
            keywords,
            channels,
            task_address=task_address,
            conduct=replace(hosted.conduct, customs=channels.customs),
            keep=hosted.keep,
            outside=WithSentFiles(sent, fitted.outside or outside),
            files=files,
            file_link=links.address,
            carriers=fitted.carriers or Carriers(mail, hooks),
            hook_forms=[each.hook_form(bots.is_bot) for each in DIALECTS if each.hook_form],
            crash=fitted.crash,
            chance=fitted.chance,
        )
        channels.connect(engine, database)
        traces = _traces(engine, hosted.traces) if hosted.traces else None
        try:
            yield Services(
                *(database, clock, engine, bots, Accounts(database, clock), hosted.rates, files, hooks),
                dialects=hosted.dialects,
                channels=channels,
                sent_files=sent,
                is_on_loopback=hosted.is_on_loopback,
            )
        finally:
            await channels.stop()
            await engine.stop()
            await channels.close()
            if traces is not None:
                await asyncio.to_thread(traces.close)
    finally:
        await database.close()


def _traces(engine: Engine, url: str) -> "Traces":
    from tasktalk.bots.watch.traces import Traces, sending_to  # its packages need not be there, and take their time

    traces = Traces(sending_to(url))
    traces.follow(engine)
    return traces
