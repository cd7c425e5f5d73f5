"""`tasktalk serve`: the server."""

import functools
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tasktalk.bots.cli._config import Configured, with_config
from tasktalk.bots.cli._dialects import DIALECTS
from tasktalk.bots.cli._hosting import DB_HELP, passwords, run_until_done, settle_memory, stop_signal, with_hosting
from tasktalk.bots.cli._limits import with_limits
from tasktalk.bots.cli._listening import CannotListen, listening
from tasktalk.bots.cli._log import Form, log, logged, with_log
from tasktalk.bots.cli._rates import RATES
from tasktalk.bots.cli._reloading import reloading
from tasktalk.bots.cli._serving import with_serving
from tasktalk.bots.dialects.settings import DialectSettings
from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.budgets import Rates

if TYPE_CHECKING:
    from aiohttp import web

    from tasktalk.bots.assembly import Fittings
    from tasktalk.bots.channels.settings import Common
    from tasktalk.bots.dialects.mounting import Serving
    from tasktalk.runtime.bots import Bots
    from tasktalk.runtime.clock import Clock

LOOPBACK = "127.0.0.1"
WEBHOOK_SECRET, METRICS_SECRET = "TASKTALK_WEBHOOK_SECRET", "TASKTALK_METRICS_SECRET"
_PORT_WORD = "TASKTALK_PORT_WORD"
"""What this variable has is told in place of `--port`, by which `make run` is not told another port."""


R = TypeVar("R")


def with_server(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command all that a server can be told."""

    @click.option(
        "--bots",
        "folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Each folder in it is a bot. Without it, the bots that come with TaskTalk.",
    )
    @click.option("--db", default="tasktalk.db", show_default=True, metavar="URL", help=DB_HELP)
    @click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen at.")
    @click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
    @with_log
    @RATES.given_as(
        "rates",
        "How often each user may do something at the tasks API (100/hour, 5/minute, off), how many may begin to "
        "talk on the web from one address (talk), and how many files may come from one (upload)",
    )
    @DIALECTS.given_as("dialects", "What an interface for tasks does (chatbotkit.session_duration_over_max=clamp)")
    @with_serving
    @with_hosting
    @with_limits
    @functools.wraps(command)
    def told(*args: Any, **options: Any) -> R:
        return command(*args, **options)

    return told


@click.command("serve")
@with_config
@with_server
def command(
    folder: Path | None,
    db: str,
    host: str,
    port: int,
    log_form: Form,
    rates: Rates,
    dialects: DialectSettings,
    serving: "Serving",
    hosting: Hosting,
    configured: Configured,
) -> None:
    """Serve bots: chat pages, webhooks and the tasks API.

    Webhooks need no secret while the server listens on loopback and nobody else reaches it. For any other address, or
    behind a proxy or with a public_url, set TASKTALK_WEBHOOK_SECRET; callers send it as `Authorization: Bearer SECRET`.
    The same holds for /metrics and TASKTALK_METRICS_SECRET.
    """
    from tasktalk.bots.assembly import shipped_bots
    from tasktalk.storage.errors import DatabaseError

    secrets = (os.environ.get(WEBHOOK_SECRET), os.environ.get(METRICS_SECRET), *passwords(db), *hosting.secrets)
    with logged(log_form, secrets, (DatabaseError, CannotListen)):
        hosting = replace(
            hosting,
            rates=rates,
            dialects=dialects,
            channels=configured.configuration.channels,
            public_url=configured.configuration.public_url,
        )
        run(folder or shipped_bots(), db, host, port, hosting=hosting, serving=serving, configured=configured)


def run(
    folder: Path,
    db: str,
    host: str,
    port: int,
    clock: "Clock | None" = None,
    fittings: "Fittings | None" = None,
    hosting: Hosting | None = None,
    serving: "Serving | None" = None,
    configured: Configured | None = None,
) -> None:
    """Serves until a signal ends it. Raises DatabaseError and CannotListen."""
    run_until_done(_serve(folder, db, host, port, clock, fittings, hosting, serving, configured))


async def _serve(
    folder: Path,
    db: str,
    host: str,
    port: int,
    clock: "Clock | None",
    fittings: "Fittings | None",
    hosting: Hosting | None,
    serving: "Serving | None",
    configured: Configured | None,
) -> None:
    from tasktalk.bots.app import Settings, applications
    from tasktalk.bots.assembly import assembled, language
    from tasktalk.bots.dialects.mounting import Serving
    from tasktalk.bots.origins import is_for_the_world, is_loopback
    from tasktalk.runtime.bots import Bots
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.program_cache import ProgramCache, users_folder
    from tasktalk.storage.database import new_file

    is_new = new_file(db) is not None
    serving = serving or Serving()
    with ExitStack() as stack:
        listeners = {"": stack.enter_context(listening(host, port, os.environ.get(_PORT_WORD, "--port")))}
        for name, own in serving.ports.items():
            listeners[name] = stack.enter_context(listening(host, own, f"--port-of {name}="))
        bound = listeners[""].getsockname()
        settings = Settings(
            is_loopback(bound[0]),
            os.environ.get(WEBHOOK_SECRET) or None,
            os.environ.get(METRICS_SECRET) or None,
            serving=serving,
        )
        hosting = replace(hosting or Hosting(), is_on_loopback=settings.is_loopback)
        keywords = language()
        bots = Bots.load(folder, keywords, ProgramCache(users_folder()))
        async with assembled(db, bots, keywords, clock or RealClock(), fittings, hosting) as services:
            sites = _Sites(applications(services, settings), listeners)
            await sites.set_up()
            stop = stop_signal()
            try:
                await services.engine.start()
                settle_memory()
                await sites.start()
                if services.channels is not None:
                    services.channels.start()
                is_private = settings.is_loopback and not is_for_the_world(hosting.public_url)
                takes_webhooks = is_private or settings.webhook_secret is not None
                url = url_of(host, bound[1])
                _welcome(services.bots, folder, url, hosting.channels, takes_webhooks=takes_webhooks)
                if "general_bots" not in serving.without:
                    click.echo(f"Tasks API: {url}/api/v1/tasks (make a token with: tasktalk token create)")
                for name in serving.ports:
                    click.echo(f"Tasks API of {name} alone: {url_of(host, listeners[name].getsockname()[1])}")
                click.echo(f"Database: {services.database.name}{' (new)' if is_new else ''}")
                click.echo("Ctrl-C stops it.")
                async with reloading(services, configured):
                    await stop.wait()
                log.info("Stopping …")
            finally:
                await sites.clean_up()


class _Sites:
    """Several applications, each at the socket that listens for it."""

    def __init__(self, applications: "Mapping[str, web.Application]", listeners: Mapping[str, socket.socket]) -> None:
        from aiohttp import web

        self._runners = {
            name: web.AppRunner(app, access_log=None, shutdown_timeout=2.0) for name, app in applications.items()
        }
        self._listeners = listeners

    async def set_up(self) -> None:
        for runner in self._runners.values():
            await runner.setup()

    async def start(self) -> None:
        """From now on they answer."""
        from aiohttp import web

        for name, runner in self._runners.items():
            await web.SockSite(runner, self._listeners[name]).start()

    async def clean_up(self) -> None:
        for runner in self._runners.values():
            await runner.cleanup()


def _welcome(bots: "Bots", folder: Path, url: str, channels: "Mapping[str, Common]", *, takes_webhooks: bool) -> None:
    from urllib.parse import quote

    from tasktalk.bots.channels.configured import address
    from tasktalk.bots.channels.kinds import kinds
    from tasktalk.runtime.bots import unfinished

    names, broken, unreadable = bots.names(), {bot for bot, _ in bots.problems()}, bots.unreadable()
    lacking = {name: why for name, why in unfinished(folder).items() if name not in names}
    width = max(map(len, names), default=0)
    click.echo(f"TaskTalk serves {len(names)} bot{'' if len(names) == 1 else 's'} from {folder}:")
    for bot in names:
        mistakes = "  (has mistakes: see above)" if bot in broken else ""
        unread = "  (a script cannot be read: see above)" if bot in unreadable else ""
        click.echo(f"  {bot:<{width}}  {url}/chat/{quote(bot)}{mistakes or unread}")
    is_bot = (folder / "start.bas").is_file()
    if not names and (is_bot or not lacking):
        parent = folder.resolve().parent
        way_out = (
            f"this folder is a bot itself: serve --bots {parent}" if is_bot else "a bot is a folder with a start.bas"
        )
        click.echo(f"  none yet; {way_out}")
    else:
        for name, why in lacking.items():
            click.echo(f"  {name} is not served: {why}")
    for name, settings in channels.items():
        place = kinds()[settings.kind].reached_at(settings, address(url, name))
        click.echo(f"Channel {name}: {place} (what to do at its provider: tasktalk channels check)")
    if takes_webhooks:
        click.echo(f"Webhooks: POST {url}/webhook/BOT")
    else:
        click.echo(f"Webhooks are off: others than this machine reach the server, and {WEBHOOK_SECRET} is not set.")


def url_of(host: str, port: int) -> str:
    """Where this machine reaches what listens there."""
    shown = {"0.0.0.0": LOOPBACK, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
