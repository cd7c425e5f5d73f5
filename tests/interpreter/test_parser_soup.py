"""Nothing that anybody could write crashes the front end: bytes, soups of our own words, broken scripts of the project.

SCRIPTS=20000 in the environment says how much `make soak` tries.
"""

import os
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.bots.assembly import language
from tasktalk.interpreter.newlines import with_line_feeds
from tasktalk.interpreter.program import check
from tasktalk.interpreter.source import script_text
from tasktalk.runtime.turn import PREDEFINED
from tests.interpreter.attacks import ATTACKS
from tests.interpreter.test_parser_roundtrip import PIECES

ROOT = Path(__file__).parents[2]
SCRIPTS = [
    p.read_text("utf-8") for place in ("scripts", "tests/scripts") for p in sorted((ROOT / place).rglob("*.bas"))
]
SCRIPTS += [source for _, source in ATTACKS.values() if len(source) < 2000]
KEYWORDS = language()
TOKEN = re.compile(r"""\w+\$?|"[^"\n]*"|[ \t]+|\n|.""")
VOCABULARY = sorted(
    {*PIECES, *(word for keyword in KEYWORDS for word in keyword.phrase.split())}
    | {token for source in SCRIPTS for token in TOKEN.findall(source) if len(token) < 30}
)
MANY = int(os.environ.get("SCRIPTS", "20000"))
SHORT = settings(max_examples=300)
LONG = settings(SHORT, max_examples=MANY, derandomize=False)


def is_answered(source: str) -> None:
    """Each finding has a place in the script, a sentence, and can be shown; there are at most twenty errors."""
    found = check(source, KEYWORDS, PREDEFINED)
    lines = with_line_feeds(source).count("\n") + 1
    assert sum(d.severity == "error" for d in found) <= 20
    for finding in found:
        line, column, end_line, end_column = finding.span
        assert 1 <= line <= lines + 1
        assert column >= 1
        assert (end_line, end_column) > (line, column)
        assert finding.message
        assert "Traceback" not in finding.render("x.bas", source)


def broken(chance: Random) -> str:
    """A script, or the halves of two, with some tokens and lines lost, doubled, swapped or strange."""
    source = chance.choice(SCRIPTS)
    if chance.random() < 0.3:
        other = chance.choice(SCRIPTS)
        source = source[: len(source) // 2] + other[len(other) // 2 :]
    by_line = chance.random() < 0.4
    parts = source.splitlines(keepends=True) if by_line else TOKEN.findall(source)
    for _ in range(chance.randint(1, 6)):
        if not parts:
            break
        i, j = chance.randrange(len(parts)), chance.randrange(len(parts))
        match chance.randrange(5):
            case 0:
                del parts[i]
            case 1:
                parts.insert(i, parts[i])
            case 2:
                parts[i], parts[j] = parts[j], parts[i]
            case 3:
                parts.insert(i, chance.choice(VOCABULARY))
            case _:
                parts[i:j] = []
    return "".join(parts)


soups = st.lists(st.sampled_from(VOCABULARY), max_size=40).map(" ".join)


@SHORT
@given(raw=st.binary(max_size=300))
def test_bytes(raw: bytes) -> None:
    is_answered(script_text(raw)[0])


@SHORT
@given(source=soups)
def test_soup(source: str) -> None:
    is_answered(source)


@pytest.mark.parametrize("seed", range(4))
def test_broken_scripts(seed: int) -> None:
    chance = Random(seed)
    for _ in range(100):
        is_answered(broken(chance))


@pytest.mark.soak
@LONG
@given(source=soups | st.text(), raw=st.binary(max_size=2000), seed=st.integers(0, 2**64))
def test_long(source: str, raw: bytes, seed: int) -> None:
    is_answered(source)
    is_answered(script_text(raw)[0])
    is_answered(broken(Random(seed)))
