"""The tables of the authors' manual are those of the docstrings."""

import re
from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.reference import BEGIN, END, MANUAL, tables, with_tables
from tasktalk.interpreter.program import standard_functions


def test_the_manual_has_every_keyword_and_function_as_it_is_now() -> None:
    manual = MANUAL.read_text("utf-8")
    assert with_tables(manual, tables(language(), standard_functions())) == manual, "run `make manual`"


def test_tables_name_forms_aliases_and_summaries() -> None:
    made = tables(language(), standard_functions())
    assert "| `LCASE(value)`<br>`LOWER` | The text in small letters. |" in made
    assert "| `RECALL <key> [AS {variable}]` | What was remembered about the person under a key" in made
    assert "\\|" in made  # a `|` inside a form does not end the cell


def test_only_what_is_between_the_marks_is_replaced() -> None:
    assert with_tables(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    with pytest.raises(ValueError, match="begin of the tables"):
        with_tables("no marks", "new")


@pytest.mark.parametrize(
    "manual",
    [
        "interpreter/LANGUAGE.md",
        "README.md",
        "docs/CHANNELS.md",
        "docs/HOSTING.md",
        "docs/PERFORMANCE.md",
        "docs/SCALING.md",
        "interpreter/EMBEDDING.md",
        "CONTRIBUTING.md",
    ],
)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(manual: str) -> None:
    lines = (Path(__file__).parents[2] / manual).read_text("utf-8").splitlines()
    width, wrong = 0, []
    for number, line in enumerate(lines, 1):
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        width = width if cells and width else cells
        if cells != width:
            wrong.append(f"{manual}:{number}: {line}")
    assert wrong == []
