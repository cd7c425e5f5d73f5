"""`tasktalk test`: plays transcripts."""

import asyncio
import logging
from pathlib import Path

import click

from tasktalk.bots.cli._limits import with_limits


@click.command("test")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("-v", "--verbose", is_flag=True, help="Name the transcripts that were kept, too.")
@with_limits
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...], verbose: bool) -> None:
    """Play the transcripts in scripts, manuals and folders of them.

    Each is played twice: straight, and with the bot stopped and started again at every wait. Ends with 0 when all went
    as written, with 1 when one did not, with 2 when there is none.
    """
    # The errors of scripts are what is compared here; the log would only tell them once more.
    logging.getLogger("tasktalk").addHandler(logging.NullHandler())
    logging.getLogger("tasktalk").propagate = False
    try:
        played, failed, skipped = asyncio.run(_play(paths, verbose))
    except PermissionError as problem:
        raise click.UsageError(f"cannot read {problem.filename}: {problem.strerror}") from None
    if not played + skipped:
        raise click.UsageError("there is no transcript in " + ", ".join(map(str, paths)))
    told = [f"{played} played", f"{failed} failed" if failed else "all as written"]
    click.echo(", ".join(told + ([f"{skipped} skipped"] if skipped else [])))
    context.exit(1 if failed else 0)


async def _play(paths: tuple[Path, ...], verbose: bool) -> tuple[int, int, int]:
    from tasktalk.bots.assembly import language
    from tasktalk.bots.examples import examples_under
    from tasktalk.bots.rehearsal import WAYS, Failure, Rehearsal

    keywords = language()
    played = failed = skipped = 0
    for example in examples_under(paths):
        try:
            rehearsal = Rehearsal(example, keywords)
            if not rehearsal.is_test:
                if example.path.suffix == ".bas" and example.path.parent.name == "tests":
                    raise Failure(str(example.path), "lines such as ' user: hello and ' bot: Hello!", "no transcript")
                continue
            if rehearsal.transcript.skip is not None:
                skipped += 1
                click.echo(f"{example.name}: skipped: {rehearsal.transcript.skip}")
                continue
            played += 1
            for way in WAYS:
                try:
                    await rehearsal.play(way)
                except Failure as failure:
                    failed += 1
                    click.echo(f"{failure}{'' if way == 'straight' else '  (stopped and started at every wait)'}\n")
                    break
            else:
                if verbose:
                    click.echo(f"{example.name}: as written")
        except Failure as failure:
            played, failed = played + 1, failed + 1
            click.echo(f"{failure}\n")
    return played, failed, skipped
