"""`tasktalk manual`: a page for every keyword and function, from its own docstring."""

from click.testing import CliRunner

from tasktalk.bots.cli import main


def manual(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["manual", *words])
    return result.exit_code, result.stdout, result.stderr


def test_all_of_them_with_a_sentence_each() -> None:
    code, out, _ = manual()
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    names = [line[:22].strip() for line in out.splitlines()]
    assert code == 0
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


def test_what_is_not_there() -> None:
    code, _, err = manual("lefft")
    assert code == 2
    assert "there is no keyword or function LEFFT; did you mean LEFT?" in err
