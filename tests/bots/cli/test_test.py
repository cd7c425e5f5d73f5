"""`tasktalk test`: what keeps a transcript and what breaks it, each played in both ways."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tests.ordinary import as_ordinary_user

ASKING = 'name = HEAR "Who?"\nTALK "Hello, ${name}."\nWAIT 1 DAYS\nTALK "Bye."\n'


def play(*paths: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["test", *map(str, paths)])
    return result.exit_code, result.output


def played(tmp_path: Path, notes: str, source: str = ASKING) -> tuple[int, str]:
    path = tmp_path / "talk.bas"
    path.write_text(source + notes, encoding="utf-8")
    return play(path)


KEPT = "' bot: Who?\n' user: Ana\n' bot: Hello, Ana.\n' after: 1d\n' bot: Bye.\n"


def test_as_written(tmp_path: Path) -> None:
    assert played(tmp_path, KEPT) == (0, "1 played, all as written\n")


@pytest.mark.parametrize(
    ("notes", "line", "expected", "got"),
    [
        ("' bot: What?\n", 5, "bot: What?", "bot: Who?"),
        ("' user: Ana\n", 5, "user: Ana", "bot: Who?"),
        ("' bot: Who?\n' bot: Now!\n", 6, "bot: Now!", "nothing more is said; the script waits for an answer"),
        ("' bot: Who?\n' user: Ana\n", 6, "the end of the transcript", "bot: Hello, Ana."),
        (KEPT + "' bot: Again.\n", 10, "bot: Again.", "nothing more is said; the script has ended"),
        (KEPT + "' user: Hi\n", 10, "a question", "nobody asks; the script has ended"),
        (KEPT.replace("1d", "23h"), 9, "bot: Bye.", "nothing more is said; the script waits until 2026-01-06 09:00:00"),
        ("' bot: Who?\n' unheard: x\n", 6, "nobody listens", "the script waits for an answer"),
        ("' bot: Who?\n' suggests: x\n", 6, "suggests: x", "no suggestions"),
        (
            "' bot: Who?\n' task: Nothing -> completed\n",
            6,
            "task: Nothing -> completed",
            "there is no task of this title",
        ),
        ("' bot: Who?\n' after: soon\n", 6, "a note that can be understood", '"soon" is no length of time'),
        ("' bot: Who?\n' error: wrong-type\n", 6, "error: wrong-type", "no error"),
        *(
            (f"' bot: Who?\n' template: {text}\n", 6, "a note that can be understood", "a template is written as")
            for text in ("Complaint", "[]", "{}", '{"name": "a", "title": "b"}')
        ),
        ("' bot: Who?\n' template: {\"name\": 7}\n", 6, "a template that can be made", "A template needs a name"),
    ],
)
def test_what_breaks_it(tmp_path: Path, notes: str, line: int, expected: str, got: str) -> None:
    code, output = played(tmp_path, notes)
    assert code == 1
    assert output.startswith(f"{tmp_path}/talk.bas:{line}:\n  expected: {expected}\n  got:      {got}")
    assert output.endswith("1 played, 1 failed\n")


def test_an_error_has_to_be_at_its_line(tmp_path: Path) -> None:
    source = "x = 1\nTALK 1 / 0     ' error: division-by-zero\n"
    assert played(tmp_path, "", source)[0] == 0
    code, output = played(tmp_path, "", source.replace("x = 1", "x = 1 : TALK 1 / 0"))
    assert code == 1
    assert "talk.bas:1:" in output
    assert "[division-by-zero]" in output


def test_mistakes_of_the_script_are_errors_too(tmp_path: Path) -> None:
    source = "TALK nobody     ' error: unknown-name\n"
    assert played(tmp_path, "", source)[0] == 0
    code, output = played(tmp_path, "' bot: x\n", "TALK nobody\n")
    assert code == 1
    assert "expected: no error" in output
    assert "there is no variable 'nobody' here" in output


def test_a_task_is_changed_from_outside(tmp_path: Path) -> None:
    source = 't = CREATE TASK "Call Ana"\nHEAR x\nTALK x + GET TASK STATUS t\n'
    notes = "' task: Call Ana -> completed\n' user: ?\n' bot: ?completed\n"
    assert played(tmp_path, notes, source) == (0, "1 played, all as written\n")
    code, output = played(tmp_path, notes.replace("-> completed", "-> finished"), source)
    assert code == 1
    assert "task: Call Ana -> finished" in output


def test_a_talk_with_a_bot(tmp_path: Path) -> None:
    (tmp_path / "bot" / "tests").mkdir(parents=True)
    (tmp_path / "bot" / "start.bas").write_text(ASKING, encoding="utf-8")
    talk = tmp_path / "bot" / "tests" / "hello.bas"
    talk.write_text("' user: hello\n" + KEPT + "' user: once more\n' bot: Who?\n", encoding="utf-8")
    assert play(tmp_path) == (0, "1 played, all as written\n")
    (tmp_path / "bot" / "start.bas").unlink()
    code, output = play(talk)
    assert code == 1
    assert "there is no start.bas beside the folder of this transcript" in output


def test_scripts_beside_it_can_be_called(tmp_path: Path) -> None:
    (tmp_path / "other.bas").write_text('TALK "from other"\n', encoding="utf-8")
    assert played(tmp_path, "", 'CALL "other.bas"     \' bot: from other\n')[0] == 0


def test_manuals_and_what_has_no_transcript(tmp_path: Path) -> None:
    (tmp_path / "manual.md").write_text("# M\n\n```basic\nTALK 1     ' bot: 2\n```\n", encoding="utf-8")
    (tmp_path / "silent.bas").write_text("TALK 1\n", encoding="utf-8")
    (tmp_path / "later.bas").write_text("' skip: not yet\nTALK 1\n", encoding="utf-8")
    code, output = play(tmp_path)
    assert code == 1
    assert f"{tmp_path}/manual.md:4:\n  expected: bot: 2\n  got:      bot: 1" in output
    assert f"{tmp_path}/later.bas: skipped: not yet" in output
    assert output.endswith("1 played, 1 failed, 1 skipped\n")
    code, output = play(tmp_path / "silent.bas")
    assert code == 2
    assert "there is no transcript in" in output


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "start.bas").touch(0)
    result = as_ordinary_user(lambda: CliRunner().invoke(main, ["test", str(tmp_path)]))
    assert result.exit_code == 2
    assert result.stderr.endswith(f"Error: cannot read {tmp_path / 'start.bas'}: Permission denied\n")
