"""`tasktalk manual`: a page for every keyword and function, from its own docstring, and for every statement."""

import re

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.codes import ELSEWHERE
from tasktalk.bots.reference import MANUAL
from tasktalk.interpreter.core import patterns
from tasktalk.interpreter.phrases import STRUCTURE


def manual(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["manual", *words])
    return result.exit_code, result.stdout, result.stderr


def test_all_of_them_with_a_sentence_each() -> None:
    code, out, _ = manual()
    head, *listed = out.partition("\n\nStatements and topics:\n")[0].splitlines()
    lines = [line.split(maxsplit=1) for line in listed]
    names = [line[2:24].strip() for line in listed]
    assert (code, head) == (0, "Keywords and functions:")
    assert names == sorted(names)
    assert {"HEAR", "LEFT", "SET TASK PRIORITY", "WAIT"} <= set(names)
    assert all(len(line) > 1 for line in lines)


def test_a_keyword_in_any_case_with_its_forms_and_example() -> None:
    code, out, _ = manual("set", "task", "priority")
    assert code == 0
    assert out.startswith("SET TASK PRIORITY <task>, <priority>\n\nSays how urgent a task is")
    assert "Example:\n" in out


def test_a_function_by_its_alias() -> None:
    assert manual("UCASE") == manual("upper")


@pytest.mark.parametrize("words", [["hear", "as", "file"], ["HEAR AS FILE"]])
def test_a_form_of_a_keyword_has_the_keywords_page(words: list[str]) -> None:
    assert manual(*words) == manual("hear")


def test_what_is_not_there() -> None:
    code, _, err = manual("lefft")
    assert code == 2
    assert "there is no page lefft; did you mean LEFT?" in err
    code, _, err = manual("xyzzy")
    assert code == 2
    assert "there is no page xyzzy; `tasktalk manual` lists what there is" in err


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("if", "IF"),
        ("while", "WHILE and DO"),
        ("do", "WHILE and DO"),
        ("for each", "FOR"),
        ("next", "FOR"),
        ("swap", "Setting variables"),
        ("goto", "Labels and jumps"),
        ("try", "Errors"),
        ("on error goto", "Errors"),
        ("print", "PRINT and what classic listings use"),
        ("begin talk", "Texts as blocks"),
        ("dates", "Dates"),
        ("your first bot", "Your first bot"),
        ("mistakes", "Mistakes"),
        ("operators", "Operators"),
    ],
)
def test_a_statement_or_topic(words: str, title: str) -> None:
    code, out, _ = manual(*words.split())
    assert (code, out.splitlines()[0]) == (0, title)
    assert len(out.splitlines()) > 4


def test_a_code() -> None:
    code, out, _ = manual("unknown-name")
    assert (code, out.splitlines()[0]) == (0, "unknown-name: There is no such variable or function.")


def test_a_code_that_no_script_gives() -> None:
    code, out, _ = manual("parked")
    assert code == 0
    assert out.startswith("parked: A message, a wait or a run was under way each time that the process died")
    assert out.endswith("No script gives it: it is of the server, its commands and its addresses.\n")
    assert manual("unknown_form") == manual("unknown-form")
    assert [manual(each)[0] for each in ELSEWHERE] == [0] * len(ELSEWHERE)


def test_every_statement_of_the_language_has_a_page() -> None:
    missing = {word for word in {*STRUCTURE, *patterns()} if manual(*word.split())[0]}
    assert missing == set()


def test_every_topic_is_listed() -> None:
    listed = manual()[1]
    for title in re.findall(r"^## (.+)$", MANUAL.read_text("utf-8"), re.MULTILINE):
        assert f"\n  {title}" in listed
