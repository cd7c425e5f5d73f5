"""`tasktalk run`: talk to one script in the terminal."""

import asyncio
import json
import logging
import sys
from pathlib import Path

import click

from tasktalk.bots.cli._limits import with_limits
from tasktalk.bots.cli._outside import with_private_hosts

INTERRUPTED = 130


@click.command("run")
@click.argument("script", metavar="SCRIPT", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("given", nargs=-1, metavar="[NAME=VALUE…]")
@click.option("--json", "as_json", is_flag=True, help="One event a line, as JSON.")
@click.option("--fast", is_flag=True, help="Let the time that the script waits for pass at once.")
@with_private_hosts
@with_limits
@click.pass_context
def command(
    context: click.Context,
    script: Path,
    given: tuple[str, ...],
    as_json: bool,
    fast: bool,
    private_hosts: tuple[str, ...],
) -> None:
    """Talk to a script in the terminal.

    NAME=VALUE gives a PARAM of the script its value: name=Ana age=3. Lists and records are written as JSON.

    Nothing of it is kept. When the input is no terminal, each of its lines is the next answer, and each message is one
    line of output. Beside it, on standard error, stand what the script PRINTs ("log: …"), the answers to choose from
    ("[small]  [large]"), and what was not sent because the script failed before its next wait ("(undone) …").

    Ends with 0 when the script has ended, with 1 when it failed or has mistakes, with 3 when the input
    ended while the script waited for an answer.
    """
    from tasktalk.bots.findings import record
    from tasktalk.interpreter.errors import NotRunnable
    from tasktalk.storage.errors import DatabaseError

    # What the log would tell is shown here anyway.
    logging.getLogger("tasktalk").addHandler(logging.NullHandler())
    logging.getLogger("tasktalk").propagate = False
    if wrong := next((each for each in given if not each.partition("=")[1] or each.startswith("=")), None):
        raise click.UsageError(f"write {wrong!r} as NAME=VALUE, with the name of a PARAM of the script")
    values = dict(each.split("=", 1) for each in given)
    try:
        context.exit(asyncio.run(_run(script, values, as_json, fast, private_hosts)))
    except NotRunnable as problem:
        for found in problem.diagnostics:
            if as_json:
                click.echo(json.dumps({"type": "error", **record(script, found)}, ensure_ascii=False))
            else:
                click.echo(found.render(str(script), problem.source), err=True)
        context.exit(1)
    except DatabaseError as problem:
        raise click.ClickException(str(problem)) from None
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=True)
        context.exit(INTERRUPTED)


async def _run(script: Path, given: dict[str, str], as_json: bool, fast: bool, private_hosts: tuple[str, ...]) -> int:
    from tasktalk.bots.assembly import language
    from tasktalk.bots.terminal.screens import JsonScreen, PlainScreen, Screen
    from tasktalk.bots.terminal.talk import talk

    screen: Screen
    if as_json:
        screen = JsonScreen()
    elif sys.stdin.isatty() and sys.stdout.isatty():
        from tasktalk.bots.terminal.prompt import PromptScreen

        screen = PromptScreen()
    else:
        screen = PlainScreen()
    return await talk(script, language(), screen, given, is_fast=fast, private_hosts=private_hosts)
