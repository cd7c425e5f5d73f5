"""Where something stands in a TOML file."""

import tomllib
from string import ascii_lowercase, printable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tasktalk.bots.toml_lines import Place, line_of, lines


def test_tables_settings_and_what_has_no_line_of_its_own() -> None:
    text = """# comment = 1
a = 1
 "b c" . d = { e = 5 }   # x = 5

[one]
two.three = [
  "x = 5",
  ["y"],
]
[one."fo.ur"] # a table
five = 1
"""
    found = lines(text)
    assert tomllib.loads(text)["one"]["fo.ur"]["five"] == 1
    assert found == {
        ("a",): 2,
        ("b c",): 3,
        ("b c", "d"): 3,
        ("one",): 5,
        ("one", "two"): 6,
        ("one", "two", "three"): 6,
        ("one", "fo.ur"): 10,
        ("one", "fo.ur", "five"): 11,
    }
    assert line_of(("b c", "d", "e"), found) == 3
    assert line_of(("one", "missing"), found) == 5
    assert line_of(("missing",), found) is None


NAMES = st.text(ascii_lowercase + ". \"=[]#'", min_size=1, max_size=6)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(), max_size=3), max_size=4))
def test_every_setting_of_a_written_file_is_found_in_its_line(tables: dict[str, dict[str, int]]) -> None:
    written: list[str] = []
    right: dict[Place, int] = {}
    for table, settings in tables.items():
        written.append(f"[{_quoted(table)}]")
        right[(table,)] = len(written)
        for name, value in settings.items():
            written.append(f"{_quoted(name)} = {value}")
            right[table, name] = len(written)
    text = "\n".join(written)
    assert tomllib.loads(text) == tables
    assert lines(text) == right


@given(st.text(printable))
def test_whatever_the_text_is_it_is_read(text: str) -> None:
    found: Any = lines(text)
    assert all(1 <= line <= len(text.splitlines()) for line in found.values())


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
