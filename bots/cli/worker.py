"""`tasktalk worker`: a process that takes turns and serves nothing."""

from dataclasses import replace
from pathlib import Path

import click

from tasktalk.bots.cli._config import Configured, with_config
from tasktalk.bots.cli._hosting import DB_HELP, passwords, run_until_done, settle_memory, stop_signal, with_hosting
from tasktalk.bots.cli._limits import with_limits
from tasktalk.bots.cli._log import Form, log, logged, with_log
from tasktalk.bots.cli._reloading import reloading
from tasktalk.bots.hosting import Hosting


@click.command("worker")
@with_config
@click.option(
    "--bots",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The same bots as the servers have. Without it, the bots that come with TaskTalk.",
)
@click.option("--db", required=True, metavar="URL", help=DB_HELP)
@with_log
@with_hosting
@with_limits
def command(folder: Path | None, db: str, log_form: Form, hosting: Hosting, configured: Configured) -> None:
    """Take turns of conversations beside the servers of a PostgreSQL database.

    Servers and workers share the conversations fairly, and take over what one of them leaves when it stops or dies.
    """
    from tasktalk.bots.assembly import shipped_bots
    from tasktalk.storage.errors import DatabaseError

    with logged(log_form, (*passwords(db), *hosting.secrets), (DatabaseError,)):
        if "://" not in db or db.startswith("sqlite:"):
            raise DatabaseError("a file has one process, which is tasktalk serve: a worker needs --db postgresql://…")
        hosting = replace(
            hosting, channels=configured.configuration.channels, public_url=configured.configuration.public_url
        )
        run_until_done(_work(folder or shipped_bots(), db, hosting, configured))


async def _work(folder: Path, db: str, hosting: Hosting, configured: Configured) -> None:
    from tasktalk.bots.assembly import assembled, language
    from tasktalk.runtime.bots import Bots
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.program_cache import ProgramCache, users_folder

    keywords = language()
    bots = Bots.load(folder, keywords, ProgramCache(users_folder()))
    async with assembled(db, bots, keywords, RealClock(), hosting=hosting) as services:
        stop = stop_signal()
        await services.engine.start()
        if services.channels is not None:
            services.channels.start()
        settle_memory()
        count = len(bots.names())
        click.echo(f"A worker for {services.database.name}, with {count} bot{'' if count == 1 else 's'} from {folder}.")
        click.echo("Ctrl-C stops it.")
        async with reloading(services, configured):
            await stop.wait()
        log.info("Stopping …")
