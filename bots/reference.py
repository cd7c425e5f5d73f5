"""The pages of all keywords and functions, made from their docstrings, and the tables of them in the manual."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tasktalk.bots.assembly import language
from tasktalk.interpreter.function import Functions
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.program import standard_functions

MANUAL = Path(__file__).parents[1] / "interpreter" / "LANGUAGE.md"
BEGIN, END = "<!-- begin of the tables: `make manual` writes them -->", "<!-- end of the tables -->"


class Page(NamedTuple):
    """One keyword or function; `topic` is a word for a group of pages."""

    name: str
    aliases: tuple[str, ...]
    forms: tuple[str, ...]
    summary: str
    text: str
    topic: str


def keyword_pages(keywords: Keywords) -> list[Page]:
    """Every keyword."""
    return [Page(k.phrase, (), tuple(p.form for p in k.patterns), k.summary, k.manual, "keywords") for k in keywords]


def function_pages(functions: Functions) -> dict[str, Page]:
    """Every function, by each of its names."""
    pages: dict[str, Page] = {}
    for function in functions:
        topic = function.module.rpartition(".")[2]
        page = Page(function.name, function.aliases, (function.form,), function.summary, function.manual, topic)
        pages |= dict.fromkeys((function.name, *function.aliases), page)
    return pages


def tables(keywords: Keywords, functions: Functions) -> str:
    """Markdown: a table of the keywords, and one of the functions of each topic."""
    parts = ["### Keywords", _table("keyword", keyword_pages(keywords))]
    pages = sorted(set(function_pages(functions).values()))
    for topic in sorted({page.topic for page in pages}):
        parts += [f"### Functions: {topic}", _table("function", [p for p in pages if p.topic == topic])]
    return "\n\n".join(parts)


def _table(head: str, pages: Iterable[Page]) -> str:
    rows = [f"| {head} | what it does |", "|---|---|"]
    for page in sorted(pages):
        forms = "<br>".join(f"`{form}`" for form in (*page.forms, *page.aliases))
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in (forms, page.summary)) + " |")
    return "\n".join(rows)


def with_tables(manual: str, new: str) -> str:
    """The manual with its tables made anew; ValueError when it has no place for them."""
    marked = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if not marked.search(manual):
        raise ValueError(f"no {BEGIN} in the manual")
    return marked.sub(lambda _: f"{BEGIN}\n\n{new}\n\n{END}", manual)


def main() -> None:
    """Writes the tables of the authors' manual anew."""
    new = tables(language(), standard_functions())
    MANUAL.write_text(with_tables(MANUAL.read_text("utf-8"), new), "utf-8")


if __name__ == "__main__":
    main()
