"""`tasktalk manual`: the page of a keyword or function, made from its own docstring."""

import click


@click.command("manual")
@click.argument("words", nargs=-1, metavar="[WORD…]")
def command(words: tuple[str, ...]) -> None:
    """Show the page of a keyword or function; without a WORD, list them all.

    For example: tasktalk manual create task
    """
    from tasktalk.bots import reference
    from tasktalk.bots.assembly import language
    from tasktalk.interpreter.errors import nearest
    from tasktalk.interpreter.program import standard_functions

    keywords, functions = language(), standard_functions()
    pages = reference.function_pages(functions) | {page.name: page for page in reference.keyword_pages(keywords)}
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
    also = [f"also {', '.join(found.aliases)}"] if found.aliases else []
    click.echo("\n".join([*found.forms, *also, "", found.text]))
