"""`tasktalk tasks`: out to files and in from files."""

import json
from pathlib import Path

import pytest

from tests.bots.cli.test_accounts import Commands, tasktalk

__all__ = ["tasktalk"]


def lines(*tasks: object) -> str:
    return "".join(json.dumps(task) + "\n" for task in tasks)


def test_out_and_in_again(tasktalk: Commands, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text(lines({"title": "Call Bo", "tags": ["x"]}, {"title": "Ünïcode"}), "utf-8")
    assert tasktalk.done("tasks", "import", str(file), "--user", "ana") == "2 tasks made.\n"
    table = tmp_path / "all.csv"
    assert tasktalk.done("tasks", "export", "-o", str(table)) == f"2 tasks in {table}.\n"
    assert [line.split(",")[1] for line in table.read_text("utf-8").splitlines()] == ["title", "Call Bo", "Ünïcode"]
    assert tasktalk.done("tasks", "import", str(table), "--user", "Ana") == "2 tasks made.\n"
    found = json.loads(tasktalk.done("tasks", "export"))
    assert [(task["title"], task["created_by"]) for task in found] == [("Call Bo", "u1"), ("Ünïcode", "u1")] * 2


def test_what_is_wrong_is_told_and_nothing_is_made(tasktalk: Commands, tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("title,priority\ngood,high\nbad,huge\n", "utf-8")
    code, out, err = tasktalk.run("tasks", "import", str(file), "--user", "ana")
    assert (code, out) == (1, "0 tasks made.\n")
    assert err.startswith("line 3: Priority must be one of: ")
    assert tasktalk.done("tasks", "export") == "[]\n"
    assert tasktalk.run("tasks", "import", str(file), "--user", "ana", "--keep-good")[:2] == (1, "1 task made.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["import", "FILE", "--user", "eve", "--format", "csv"], 1, "There is no user eve"),
        (["import", "FILE"], 2, "Missing option '--user'"),
        (["import", "FILE", "--user", "ana"], 2, "say what is in"),
        (["import", "FILE", "--user", "ana", "--format", "json"], 1, "this is no JSON"),
        (["import", "nowhere.csv", "--user", "ana"], 2, "does not exist"),
        (["export", "-o", "FILE"], 1, "File exists"),
        (["export", "-o", "nowhere/x.csv"], 1, "No such file or directory"),
        (["export", "--org", "nope"], 1, "There is no organisation nope"),
        (["export", "--format", "xml"], 2, "'xml' is not one of"),
    ],
)
def test_what_cannot_be_done(
    tasktalk: Commands, tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    file = tmp_path / "tasks.txt"
    file.write_text("{", "utf-8")
    got, _, err = tasktalk.run("tasks", *(str(file) if word == "FILE" else word for word in arguments))
    assert got == code
    assert sentence in err
