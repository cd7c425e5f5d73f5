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


class Topic(NamedTuple):
    """A part of the authors' manual; `names` are the statements whose forms it lists."""

    title: str
    text: str
    names: tuple[str, ...]


def topics(manual: str) -> list[Topic]:
    """The parts of a manual in their order, each with its own text: those below `##` and `###`, but for the tables."""
    parts = re.split(r"^(#{2,3}) (.+)\n", manual.partition(BEGIN)[0] + manual.partition(END)[2], flags=re.MULTILINE)
    found = []
    for title, text in zip(parts[2::3], parts[3::3], strict=True):
        forms = [
            form for row in re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE) for form in re.findall(r"`([^`]+)`", row)
        ]
        names = dict.fromkeys(words for form in forms if (words := _leading_words(form)))
        found.append(Topic(title.strip(), text.strip(), tuple(names)))
    return found


def _leading_words(form: str) -> str:
    """The keyword that a form begins with: FOR EACH of `FOR EACH x IN list`."""
    found = re.match(r"[A-Z]+(?: [A-Z]+)*(?![\w.])", form)
    return found[0] if found else ""


def topic_of(wanted: str, parts: Iterable[Topic]) -> Topic | None:
    """The part with this title, else the one that has the statement, else one that mentions it; its first words do."""
    listed, word = list(parts), re.sub(r"^END(?=(?:IF|FOR|WHILE|SWITCH)$)", "END ", wanted.upper())
    while word:
        mentioned = re.compile(rf"`[^`\n]*\b{re.escape(word)}\b[^`\n]*`")
        tests = (
            lambda part, word=word: part.title.upper() == word,
            lambda part, word=word: word in part.names,
            lambda part, word=word: {word, f"{word}S"} & {*re.findall(r"\w+", part.title.upper())} != set(),
            lambda part, word=word: any(name.split()[0] == word for name in part.names),
            lambda part, mentioned=mentioned: mentioned.search(part.text) is not None,
        )
        if (found := next((part for test in tests for part in listed if test(part)), None)) is not None:
            return found
        word = word.rpartition(" ")[0]
    return None


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
