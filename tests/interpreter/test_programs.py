"""Little programs, each with what it says: straight, and the same when suspended everywhere."""

from pathlib import Path

import pytest

from tests.interpreter.suspending import Folder, difference, run

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
