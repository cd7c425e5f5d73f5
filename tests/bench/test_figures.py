"""The arithmetic of what benchmarks print."""

import pytest

from tests.bench.figures import number, percentile, table, verdict


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5], 0.5, 5),
        ([3, 1, 2], 0.5, 2),
        ([4, 3, 2, 1], 0.5, 2),
        (range(1, 101), 0.99, 99),
        (range(1, 102), 0.99, 100),
        ([1, 2, 3], 1.0, 3),
        ([1, 2, 3], 0.01, 1),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1], 0.0), ([1], 1.1)])
def test_there_is_no_percentile_of_nothing(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, 2)]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"


def test_numbers_have_the_digits_that_somebody_needs() -> None:
    assert [number(value) for value in (12345.6, 99.94, 1.2345, 0.12345, 0)] == ["12,346", "99.9", "1.23", "0.123", "0"]


def test_a_target_says_whether_it_is_met() -> None:
    assert verdict(0.35, 0.35) == "≥ 0.35 met"
    assert verdict(0.34, 0.35) == "≥ 0.35 MISSED"
    assert verdict(10, 10, at_most=True) == "≤ 10 met"
    assert verdict(11, 10, at_most=True) == "≤ 10 MISSED"
