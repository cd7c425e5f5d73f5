"""`tasktalk check`: finds the mistakes in scripts without running them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tasktalk.bots.cli._config import here, with_config_file
from tasktalk.bots.cli._limits import with_limits

if TYPE_CHECKING:
    from tasktalk.interpreter.keyword import Keywords


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One finding a line, as JSON.")
@click.option("--sarif", "as_sarif", is_flag=True, help="All findings as one SARIF 2.1.0 log.")
@click.option("--all", "with_all", is_flag=True, help="Show every finding, not the first twenty of a script.")
@click.option("--times", "with_times", is_flag=True, help="Show the next five times of each schedule, too.")
@click.option("--tasks", "with_tasks", is_flag=True, help="Show how each CREATE TASK is read, too.")
@with_config_file
@with_limits
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    as_json: bool,
    as_sarif: bool,
    with_all: bool,
    with_times: bool,
    with_tasks: bool,
    configuration: Path | None,
) -> None:
    """Find mistakes in scripts and folders of scripts.

    Ends with 0 when nothing is wrong, with 1 when there are errors, with 2 when a PATH is none. Warnings are shown and
    change nothing of that.
    """
    from tasktalk.bots.assembly import language
    from tasktalk.bots.configuration import channel_bots
    from tasktalk.bots.findings import SHOWN, findings, record, scripts_under
    from tasktalk.interpreter.source import script_text

    if as_json + as_sarif + (with_times or with_tasks) > 1:
        raise click.UsageError("--json, --sarif and --times or --tasks do not go together: take one")
    keywords = language()
    found = []
    files = 0
    named = configuration or here()
    channels = channel_bots(named) if named is not None else None
    for path in scripts_under(paths):
        files += 1
        try:
            source, unreadable = script_text(path.read_bytes())
        except OSError as problem:
            raise click.UsageError(f"cannot read {path}: {problem.strerror}") from None
        of_script = unreadable or findings(source, keywords, path.parent, channels)
        found += [(path, finding) for finding in of_script]
        for i, finding in enumerate(of_script):
            if as_json:
                click.echo(json.dumps(record(path, finding), ensure_ascii=False))
            elif not as_sarif and (with_all or i < SHOWN):
                click.echo(finding.render(str(path), source))
        if len(of_script) > SHOWN and not (as_json or as_sarif or with_all):
            click.echo(f"{path}: … and {len(of_script) - SHOWN:,} more; --all shows them")
        if with_times:
            for line in _times(source, keywords):
                click.echo(f"{path}:{line}")
        if with_tasks:
            for line in _tasks(source, keywords):
                click.echo(f"{path}:{line}")
    unfinished = {of_bot.resolve(): (of_bot, why) for path in paths for of_bot, why in _unfinished(path)}
    for of_bot, why in unfinished.values():
        click.echo(f"{of_bot}: this is no bot yet: {why}", err=True)
    if not files:
        raise click.UsageError("there is no .bas file in " + ", ".join(map(str, paths)))
    errors = sum(finding.severity == "error" for _, finding in found)
    if as_sarif:
        from tasktalk.bots.sarif import sarif

        click.echo(json.dumps(sarif(found), ensure_ascii=False, indent=2))
    elif not as_json:
        click.echo(_sum(files, errors, len(found) - errors), err=True)
    context.exit(1 if errors else 0)


def _unfinished(path: Path) -> Iterator[tuple[Path, str]]:
    """Where bots lie, the folders of scripts that are none, each with what it lacks: those in this folder, and itself
    beside them."""
    from tasktalk.runtime.bots import START, unfinished

    whole = path.resolve()
    for folder, shown in ((whole, None), (whole.parent, path)):
        if any(folder.glob(f"*/{START}")):
            for name, why in unfinished(folder).items():
                if shown is None or name == whole.name:
                    yield shown or path / name, why


def _times(source: str, keywords: "Keywords") -> Iterator[str]:
    """`line: "spec"` and its times below it, for each schedule that the script writes out."""
    from datetime import UTC, datetime

    from tasktalk.bots.times import schedules
    from tasktalk.interpreter.parser import parse

    for schedule in schedules(parse(source, keywords.phrases)):
        now = datetime.now(UTC)
        if schedule.fault(now) is None:
            times = schedule.times(now) or ["this time has passed"]
            yield "\n    ".join([f'{schedule.span.line}: "{schedule.spec}"', *times])


def _tasks(source: str, keywords: "Keywords") -> Iterator[str]:
    """`line: title "…", assignee "…"` for each CREATE TASK."""
    from datetime import UTC, datetime

    from tasktalk.bots.tasks import readings
    from tasktalk.interpreter.parser import parse

    for line, read in readings(parse(source, keywords.phrases), datetime.now(UTC)):
        yield f"{line}: {read}"


def _sum(files: int, errors: int, warnings: int) -> str:
    def count(n: int, word: str) -> str:
        return f"{n} {word}{'' if n == 1 else 's'}"

    found = count(errors, "error") + (f" and {count(warnings, 'warning')}" if warnings else "")
    return f"{count(files, 'script')} checked: {found if errors or warnings else 'nothing wrong'}"
