"""`tasktalk channels`: the channels of tasktalk.toml."""

from pathlib import Path

import click

from tasktalk.bots.cli._config import Configured, with_config

_NOWHERE = "https://YOUR-SERVER"


@click.group("channels")
def command() -> None:
    """The channels that tasktalk.toml names."""


@command.command("check")
@with_config
def check(configured: Configured) -> None:
    """Verify the channels' settings, and say what to do at each provider.

    Mistakes are told all at once, with their place in the file; then the exit code is 1. Nothing is sent to anybody.
    """
    from tasktalk.bots.assembly import shipped_bots
    from tasktalk.bots.channels.configured import address
    from tasktalk.bots.channels.kinds import kinds
    from tasktalk.bots.configuration import FILE, WrongConfiguration, without_bot

    if configured.path is None:
        raise click.ClickException(f"there is no {FILE} here: write one, or name it with --config")
    found = configured.configuration
    if not found.channels:
        click.echo(f"{configured.path} names no channels. There are these kinds: {', '.join(sorted(kinds()))}.")
        return
    given = configured.place("bots")
    folder = shipped_bots() if given is None else Path(given)
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    if mistakes := without_bot(found.channels, names):
        raise click.ClickException(str(WrongConfiguration(configured.path, mistakes)))
    base, is_told = found.public_url or _NOWHERE, False
    for name, settings in found.channels.items():
        click.echo(f"{name} ({settings.kind}), bot {settings.bot}: its settings are right.")
        for step in kinds()[settings.kind].instructions(settings, address(base, name)):
            click.echo(f"  {step}")
            is_told = is_told or _NOWHERE in step
    if is_told:
        click.echo(f"{configured.path} has no public_url: put your server's address in place of {_NOWHERE}.")
        click.echo("Until it has one, bots can read and attach the files that people send, and send them to nobody.")
