"""`tasktalk fmt`: which files it changes, what it shows, how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main

MESSY, NEAT = 'if 1 then\ntalk "hi"\nend if\n', 'IF 1 THEN\n  TALK "hi"\nEND IF\n'


def fmt(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["fmt", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.bas"
    path.write_text(MESSY, encoding="utf-8")
    return path


def test_it_changes_the_file_once(messy: Path) -> None:
    assert fmt(messy.parent) == (0, "", "1 script: 1 changed\n")
    assert messy.read_text("utf-8") == NEAT
    assert fmt(messy) == (0, "", "1 script: 0 changed\n")


def test_check_changes_nothing(messy: Path) -> None:
    assert fmt(messy, "--check") == (1, f"{messy} would change\n", "1 script: 1 would change\n")
    assert messy.read_text("utf-8") == MESSY
    messy.write_text(NEAT, encoding="utf-8")
    assert fmt(messy, "--check")[0] == 0


def test_diff_changes_nothing(messy: Path) -> None:
    code, out, _ = fmt(messy, "--diff")
    assert (code, messy.read_text("utf-8")) == (0, MESSY)
    assert out.startswith(f"--- {messy}\n+++ {messy}\n@@")
    assert '-talk "hi"\n' in out
    assert '+  TALK "hi"\n' in out
    assert fmt(messy, "--diff", "--check")[0] == 1


@pytest.mark.parametrize(("raw", "why"), [(b"x = = 1\n", "it has errors"), (b'talk "\xff"\n', "it is not UTF-8 text")])
def test_what_cannot_be_formatted_is_left_alone(messy: Path, raw: bytes, why: str) -> None:
    messy.write_bytes(raw)
    assert fmt(messy) == (0, "", f"{messy}:1: left alone: {why}\n1 script: 0 changed, 1 left alone\n")
    assert messy.read_bytes() == raw


def test_usage(tmp_path: Path) -> None:
    assert fmt()[0] == fmt(tmp_path / "nowhere")[0] == fmt(tmp_path)[0] == 2
