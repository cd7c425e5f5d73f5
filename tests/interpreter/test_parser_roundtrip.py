"""parse(unparse(script)) == script, on scripts with every statement and on mutants of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Command, Script
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.unparse import unparse

SAMPLES = sorted(Path(__file__).with_name("samples").glob("*.bas"))
LINES = [line for path in SAMPLES for line in path.read_text("utf-8").split("\n")]
SIGNS = """ " ' ( ) { } [ ] : , ; . ? + - * / = < > # $ & ! \\ _ @ % ^ ~ | ${ #{ ?? ?. \\" "" é 😀 \x00 1e999 &H 8am"""
WORDS = """IF THEN ELSE END NEXT TALK HEAR AS WITH NOT AND IS NULL FORMAT CASE SUB RETURN ON GOTO FOR EACH IN TO LET SET
    GET PARAM TRY CATCH DO LOOP WEND REM // WHERE LAST x "a" 7 BEGIN TABLE DESCRIPTION SCHEDULE MINUTES"""
BLANKS = ["\n", "\r\n", "\r", " ", "\t", "\u2028", "=\n", ",\n", "+\n"]
LINE_PIECES = ["BEGIN TALK\n", "END TALK\n", "END IF\n", "TABLE x\n", "ELSE IF "]
PIECES = [*SIGNS.split(), *WORDS.split(), *BLANKS, *LINE_PIECES, "9" * 400]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(parse_clean: Callable[[str], Script], path: Path) -> None:
    script = parse_clean(path.read_text("utf-8"))
    text = unparse(script)
    again = parse_clean(text)
    assert again.body == script.body
    assert unparse(again) == text


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """Some neighbouring lines of the samples, with pieces cut out, put in or moved."""
    first = draw(st.integers(0, len(LINES) - 1))
    source = "\n".join(LINES[first : first + draw(st.integers(1, 12))]) + "\n"
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(source)))
        end = min(len(source), start + draw(st.sampled_from((0, 0, 1, 2, 5, 40))))
        piece = draw(st.sampled_from(PIECES) | st.just("") | st.just(source[start:end] * 2))
        source = source[:start] + piece + source[end:]
    return source


@settings(max_examples=400)
@given(source=mutants())
def test_mutants(keywords: Keywords, nodes_of: Callable[[object], list[object]], source: str) -> None:
    script = parse(source, keywords.phrases)
    lines = source.split("\n")
    assert len(script.diagnostics) <= 20
    for finding in script.diagnostics:
        line, column, end_line, end_column = finding.span
        assert 1 <= line <= len(lines) + 1
        assert column >= 1
        assert (end_line, end_column) > (line, column)
        finding.render("x.bas", source)
    commands = [n.phrase for n in nodes_of(script.body) if isinstance(n, Command)]
    if not script.diagnostics and all(phrase in keywords.phrases.entries for phrase in commands):
        assert parse(unparse(script), keywords.phrases).body == script.body  # what nobody declared reads as it looks


@settings(max_examples=200)
@given(source=st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_has_an_answer(keywords: Keywords, source: str) -> None:
    for finding in parse(source, keywords.phrases).diagnostics:
        finding.render("x.bas", source)
