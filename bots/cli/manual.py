"""`tasktalk manual`: the page of a keyword or function, made from its own docstring."""

from typing import NamedTuple

import click


class _Page(NamedTuple):
    name: str
    forms: tuple[str, ...]
    summary: str
    text: str


@click.command("manual")
@click.argument("words", nargs=-1, metavar="[WORD…]")
def command(words: tuple[str, ...]) -> None:
    """Show the page of a keyword or function; without a WORD, list them all.

    For example: tasktalk manual create task
    """
    from tasktalk.interpreter.errors import nearest

    pages = _pages()
    if not words:
        for page in sorted(set(pages.values())):
            click.echo(f"{page.name:<22} {page.summary}")
        return
    wanted = " ".join(words).upper()
    found = pages.get(wanted)
    if found is None:
        near = nearest(wanted, pages)
        hint = f"; did you mean {near}?" if near else "; `tasktalk manual` lists what there is"
        raise click.UsageError(f"there is no keyword or function {wanted}{hint}")
    click.echo("\n".join([*found.forms, "", found.text]))


def _pages() -> dict[str, _Page]:
    """Every page by each name under which it may be looked up."""
    from tasktalk.bots.assembly import language
    from tasktalk.interpreter.program import standard_functions

    pages = {
        keyword.phrase: _Page(keyword.phrase, tuple(p.form for p in keyword.patterns), keyword.summary, keyword.manual)
        for keyword in language()
    }
    for function in standard_functions():
        page = _Page(function.name, (function.form,), function.summary, function.manual)
        for name in (function.name, *function.aliases):
            pages.setdefault(name, page)
    return pages
