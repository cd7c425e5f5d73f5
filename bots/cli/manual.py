"""`tasktalk manual`: the page of a keyword, function, statement, code or topic."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tasktalk.bots.reference import Page, Topic


@click.command("manual")
@click.argument("words", nargs=-1, metavar="[WORD…]")
def command(words: tuple[str, ...]) -> None:
    """Show the page of a keyword, function, statement, code or topic; without a WORD, list them all.

    For example: tasktalk manual create task
    """
    from tasktalk.bots import reference
    from tasktalk.bots.assembly import language
    from tasktalk.bots.codes import CODES, ELSEWHERE, FAILURES, WARNINGS
    from tasktalk.interpreter.errors import nearest
    from tasktalk.interpreter.program import standard_functions

    keywords, functions = language(), standard_functions()
    pages = reference.function_pages(functions) | {page.name: page for page in reference.keyword_pages(keywords)}
    topics = reference.topics(reference.MANUAL.read_text("utf-8"))
    if not words:
        click.echo("Keywords and functions:")
        for page in sorted(set(pages.values())):
            click.echo(f"  {page.name:<22} {page.summary}")
        click.echo("\nStatements and topics:")
        for topic in topics:
            click.echo(f"  {topic.title:<32} {', '.join(topic.names[:6])}".rstrip())
        click.echo("\nA code of a mistake has a page, too: tasktalk manual unknown-name")
        return
    wanted = " ".join(words)
    if (found := pages.get(wanted.upper())) is not None:
        _show(found)
    elif (code := _code(wanted, [*CODES, *ELSEWHERE])) in CODES:
        kind = "a warning" if code in WARNINGS else "an error that TRY can catch" if code in FAILURES else "a mistake"
        click.echo(f"{code}: {CODES[code]}\nIt is {kind}; `tasktalk manual mistakes` lists them all.")
    elif code in ELSEWHERE:
        click.echo(
            f"{code}: {ELSEWHERE[code]}\nNo script gives it: it is of the server, its commands and its addresses."
        )
    elif (
        beginning := None if _is_topic(wanted, topics) else _beginning(wanted.split(), pages)
    ) is not None:  # a form of a keyword, such as HEAR AS FILE
        _show(pages[beginning])
    elif (part := reference.topic_of(wanted, topics)) is not None:
        click.echo(f"{part.title}\n\n{part.text}")
    else:
        known = [*pages, *CODES, *ELSEWHERE, *(name for topic in topics for name in (topic.title, *topic.names))]
        near = nearest(wanted, known)
        hint = f"; did you mean {near}?" if near else "; `tasktalk manual` lists what there is"
        raise click.UsageError(f"there is no page {wanted}{hint}")


def _show(page: "Page") -> None:
    also = [f"also {', '.join(page.aliases)}"] if page.aliases else []
    click.echo("\n".join([*page.forms, *also, "", page.text]))


def _is_topic(wanted: str, topics: "Sequence[Topic]") -> bool:
    return any(wanted.upper() in (topic.title.upper(), *topic.names) for topic in topics)


def _beginning(words: Sequence[str], pages: Collection[str]) -> str | None:
    """The longest beginning of what is asked for that is a keyword, where more follows."""
    beginnings = (" ".join(words[:count]).upper() for count in range(len(words) - 1, 0, -1))
    return next((each for each in beginnings if each in pages), None)


def _code(wanted: str, known: list[str]) -> str:
    """The code as the table has it: over HTTP it is written with underscores."""
    plain = wanted.lower()
    return plain if plain in known else next((code for code in known if code.replace("-", "_") == plain), plain)
