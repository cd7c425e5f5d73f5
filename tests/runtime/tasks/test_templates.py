"""How templates are filled in, whatever stands in them."""

import tracemalloc
from time import process_time

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.templates import MOST_FILLED, filled


def test_a_placeholder_that_nothing_closes_takes_no_longer_than_other_text() -> None:
    began = process_time()
    for text in ("{{" + " " * 2000, "{{a" + " " * 2000 + "{", "{{ " * 1000):
        assert filled(text, {}) == text
    assert process_time() - began < 1  # 20 s where each blank is tried with each


def test_variables_make_a_description_so_long_and_no_longer() -> None:
    text, half = "{{a}}{{a}}", "x" * (MOST_FILLED // 2)
    assert filled(text, {"a": half}) == half * 2
    with pytest.raises(Refused, match="would have more than 1,048,576 characters") as caught:
        filled(text, {"a": half + "x"})
    assert caught.value.code == "invalid_variables"


def test_what_would_be_too_long_is_never_in_memory() -> None:
    text, value = "{{a}}" * 1000, "x" * 100_000
    tracemalloc.start()
    with pytest.raises(Refused):
        filled(text, {"a": value})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_FILLED  # where all is made first, it is a hundred megabytes
