"""`tasktalk fmt`: puts scripts into their usual form."""

from pathlib import Path

import click


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--check", "is_check", is_flag=True, help="Change nothing; name the scripts that would change.")
@click.option("--diff", "is_diff", is_flag=True, help="Change nothing; show what would change.")
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...], is_check: bool, is_diff: bool) -> None:
    """Format scripts and folders of scripts: keywords in capitals, two blanks a level.

    What a script means never changes: one with errors, or one that would mean something else, is left alone, and told.
    Ends with 0, with 1 when --check finds a script that would change, with 2 when a PATH is none.
    """
    from tasktalk.bots.assembly import language
    from tasktalk.bots.findings import scripts_under
    from tasktalk.interpreter.formatter import NotFormattable, formatted
    from tasktalk.interpreter.source import script_text

    keywords = language()
    changed = left = files = 0
    for path in scripts_under(paths):
        files += 1
        try:
            before, unreadable = script_text(path.read_bytes())
            if unreadable:
                raise NotFormattable("it is not UTF-8 text", unreadable)
            after = formatted(before, keywords)
            if after == before:
                continue
            changed += 1
            if is_diff:
                click.echo(_difference(path, before, after), nl=False)
            elif is_check:
                click.echo(f"{path} would change")
            else:
                path.write_bytes(after.encode("utf-8", "surrogatepass"))
        except NotFormattable as reason:
            left += 1
            place = f":{reason.diagnostics[0].span.line}" if reason.diagnostics else ""
            click.echo(f"{path}{place}: left alone: {reason}", err=True)
        except OSError as problem:
            raise click.UsageError(f"cannot use {path}: {problem.strerror}") from None
    if not files:
        raise click.UsageError("there is no .bas file in " + ", ".join(map(str, paths)))
    would = "would change" if is_check or is_diff else "changed"
    told = f"{files} script{'' if files == 1 else 's'}: {changed} {would}"
    click.echo(told + (f", {left} left alone" if left else ""), err=True)
    context.exit(1 if is_check and changed else 0)


def _difference(path: Path, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), str(path), str(path))
    return "".join(line if line.endswith("\n") else line + "\n\\ no line end\n" for line in lines)
