"""`tasktalk channels`: the channels of tasktalk.toml."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._config import Configured, Refusal, configured_at, with_config_file

if TYPE_CHECKING:
    from tasktalk.bots.configuration import Configuration, Mistake

_NOWHERE = "https://YOUR-SERVER"
_SECRET_BYTES = 32


@click.group("channels")
def command() -> None:
    """The channels that tasktalk.toml names."""


@command.command("check")
@with_config_file
@click.option("--json", "as_json", is_flag=True, help="A channel, a mistake or a remark a line, as JSON.")
@click.pass_context
def check(context: click.Context, configuration: Path | None, as_json: bool) -> None:
    """Verify the whole file as `serve` would, and say what to do at each provider.

    Mistakes are told all at once, each with its line in the file; then the exit code is 1. Nothing is sent to anybody.
    """
    from tasktalk.bots.configuration import FILE, WrongConfiguration
    from tasktalk.bots.configuration import told as at

    try:
        configured = configured_at(configuration)
        remarks = _verified(configured)
    except WrongConfiguration as wrong:
        if not as_json:
            raise Refusal(wrong) from None
        for mistake in wrong.mistakes:
            _show({"place": ".".join(mistake.place) or None, "line": mistake.line, "message": mistake.told})
        context.exit(1)
    if configured.path is None:
        raise click.ClickException(f"there is no {FILE} here: write one, or name it with --config")
    told = [_told(name, configured.configuration) for name in configured.configuration.channels]
    remarks += _remarks(configured.path, configured.configuration, told)
    placed = _placed(configured.configuration)
    if as_json:
        for doubt in placed:
            _show({"place": ".".join(doubt.place), "line": doubt.line, "remark": doubt.told})
        for each in [*told, *({"remark": remark} for remark in remarks)]:
            _show(each)
        return
    for doubt in placed:
        click.echo(at(configured.path, doubt))
    for each in told:
        click.echo(f"{each['channel']} ({each['kind']}), bot {each['bot']}: its settings are right.")
        for step in each["steps"]:
            click.echo(f"  {step}")
    for remark in remarks:
        click.echo(remark)


@command.command("secret")
def secret() -> None:
    """Make a new secret for signed webhooks: put it where tasktalk.toml says, and into your program."""
    from tasktalk.bots.outside.hooks import PREFIX

    click.echo(PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())


def _verified(configured: Configured) -> list[str]:
    """What is worth knowing of a file in which nothing is wrong. Raises WrongConfiguration."""
    from tasktalk.bots.assembly import shipped_bots
    from tasktalk.bots.cli._trial import WouldNotStart, attempt
    from tasktalk.bots.configuration import Mistake, WrongConfiguration, without_bot

    if configured.path is None:
        return []
    folder = Path(configured.given("bots") or shipped_bots())
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    if mistakes := without_bot(configured.configuration, names):
        raise WrongConfiguration(configured.path, mistakes)
    try:
        return attempt(configured)
    except WouldNotStart as why:
        raise WrongConfiguration(configured.path, [Mistake((), f"the server would not start: {why}")]) from None


def _told(name: str, found: "Configuration") -> Mapping[str, Any]:
    """What there is to know and to do of one channel."""
    from tasktalk.bots.channels.configured import address
    from tasktalk.bots.channels.kinds import kinds

    settings = found.channels[name]
    reached_at = address(found.public_url or _NOWHERE, name)
    steps = list(kinds()[settings.kind].instructions(settings, reached_at))
    return {"channel": name, "kind": settings.kind, "bot": settings.bot, "steps": steps}


def _remarks(path: Path, found: "Configuration", told: list[Mapping[str, Any]]) -> Iterator[str]:
    """What is no mistake, and may well not be meant."""
    from tasktalk.bots.channels.kinds import kinds

    if not told:
        yield f"{path} names no channels. There are these kinds: {', '.join(sorted(kinds()))}."
    if any(_NOWHERE in step for each in told for step in each["steps"]):
        yield f"{path} has no public_url: put your server's address in place of {_NOWHERE}."
        yield "Until it has one, bots can read and attach the files that people send, and send them to nobody."


def _placed(found: "Configuration") -> "Sequence[Mistake]":
    """What is no mistake, and may well not be meant, of what has a line in the file; in the order of the lines."""
    from tasktalk.bots.configuration import Mistake, doubts

    said = list(doubts(found))
    if found.public_url is not None and found.public_url.startswith("http://") and found.channels:
        place, told = ("public_url",), "begins with http://: providers send nothing to an address that is not https://"
        said.append(Mistake(place, told, found.lines.get(place)))
    return sorted(said, key=lambda each: each.line or 0)


def _show(record: Mapping[str, Any]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False))
