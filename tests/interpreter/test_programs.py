"""Little programs, each with what it says: straight, and the same when suspended everywhere."""

from pathlib import Path

import pytest

from tests.interpreter.suspending import Folder, difference, kept, run

PROGRAMS = Path(__file__).with_name("programs.bas.txt").read_text("utf-8").split("---\n")


def title(program: str) -> str:
    return program.split("\n", 1)[0].strip("' ").replace(" ", "-")


@pytest.mark.parametrize("program", PROGRAMS, ids=title)
def test_program(program: str) -> None:
    expected = program.split("\n")[1].removeprefix("' says:").strip()
    result = run(Folder({"start.bas": program}))
    assert "|".join(result.said) == expected, result.ended
    assert difference({"start.bas": program}) is None


@pytest.mark.parametrize("program", PROGRAMS, ids=title)
def test_program_in_a_tail(program: str) -> None:
    assert difference({"start.bas": program}, long=0) is None


@pytest.mark.parametrize("program", PROGRAMS, ids=title)
def test_code_without_fast_forms_keeps_what_code_with_them_keeps(program: str) -> None:
    """Otherwise sessions that wait would not fit the code of another version."""
    assert kept(program, brief=True) == kept(program, brief=False)
