"""What a request's JSON may be, wherever it is sent to."""

import pytest

from tasktalk.bots.api.body import LIMIT_NESTING, json_value
from tasktalk.bots.api.problems import Problem


@pytest.mark.parametrize("beside", ["", ",{}", ',"[[["'], ids=["alone", "an empty object", "a text of brackets"])
def test_so_many_levels_are_good_and_one_more_is_not(beside: str) -> None:
    def nested(levels: int) -> str:
        return "[" * (levels - 1) + "[1]" + beside + "]" * (levels - 1)

    json_value(nested(LIMIT_NESTING))
    with pytest.raises(Problem, match="nested more than 100 deep"):
        json_value(nested(LIMIT_NESTING + 1))


@pytest.mark.parametrize(
    ("number", "told"),
    [("9" * 5000, "a number has too many digits"), ("1e999", "the number 1e999 is too large")],
)
def test_a_number_that_nothing_holds_is_told_without_words_of_programmers(number: str, told: str) -> None:
    with pytest.raises(Problem) as caught:
        json_value(f'{{"a": {number}}}')
    assert caught.value.message == f"The body is not JSON that can be kept: {told}"
