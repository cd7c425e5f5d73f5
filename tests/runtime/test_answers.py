"""How answers are read, kind by kind."""

from datetime import UTC, datetime

import pytest

from tasktalk.runtime.answers import KINDS, Answer, Menu

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("TEXT", "  as it is ", "  as it is "),
        ("INTEGER", "3", 3),
        ("INTEGER", "-12", -12),
        ("INTEGER", "1,234,567", 1234567),
        ("INTEGER", "40.0", 40),
        ("INTEGER", "9223372036854775807", 2**63 - 1),
        ("NUMBER", "3.5", 3.5),
        ("NUMBER", "3,5", 3.5),
        ("NUMBER", "1,234.25", 1234.25),
        ("NUMBER", ".5", 0.5),
        ("BOOLEAN", "Yes!", True),
        ("BOOLEAN", "NOPE", False),
        ("BOOLEAN", "sim", True),
        ("DATE", "2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "Tomorrow", datetime(2026, 1, 6, tzinfo=UTC)),
    ],
)
def test_an_answer_of_the_kind_becomes_its_value(kind: str, answer: str, value: Answer) -> None:
    read = KINDS[kind].read(answer, NOW)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("INTEGER", "three"),
        ("INTEGER", "3.5"),
        ("INTEGER", ""),
        ("INTEGER", "1,2,3"),
        ("INTEGER", "9223372036854775808"),
        ("INTEGER", "9" * 5000),
        ("INTEGER", "٣"),
        ("NUMBER", "1e5"),
        ("NUMBER", "nan"),
        ("NUMBER", "--1"),
        ("BOOLEAN", "perhaps"),
        ("DATE", "2026-02-30"),
        ("DATE", "31.3.2026"),
        ("DATE", "soon"),
    ],
)
def test_anything_else_is_no_answer(kind: str, answer: str) -> None:
    assert KINDS[kind].read(answer, NOW) is None


MENU = ["Small cup", "Large cup", "Jug"]


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("Jug", "Jug"),
        ("small CUP", "Small cup"),
        ("2", "Large cup"),
        ("3.", "Jug"),
        ("larg", "Large cup"),
        ("cup", None),
        ("4", None),
        ("0", None),
        ("", None),
        ("²", None),
    ],
)
def test_a_choice_is_taken_by_case_number_or_unique_part(answer: str, choice: str | None) -> None:
    assert Menu(MENU).read(answer) == choice


def test_a_choice_that_is_a_number_counts_before_its_place() -> None:
    assert Menu(["10", "2", "1"]).read("1") == "1"


def test_a_star_lets_anything_through_but_nothing() -> None:
    menu = Menu.of(["done", "*"])
    assert menu.choices == ["done"]
    assert [menu.read("DONE"), menu.read("one more"), menu.read("")] == ["done", "one more", None]
