"""Equality of lists and records: as Python has it, but in a time that grows with their size alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasktalk.interpreter import equality
from tasktalk.interpreter.equality import same
from tasktalk.interpreter.values import Rows, Value

SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b"]) | st.just(1.0)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=2).map(Rows)
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_it_is_pythons_where_nothing_holds_itself(a: Value, b: Value) -> None:
    assert same(a, b) == (a == b)


@given(VALUES)
def test_a_copy_is_the_same(a: Value) -> None:
    assert same([a, {"k": a}], [a, {"k": a}])


def ring(length: int, mark: Value = 0) -> list[Value]:
    """A list in a list … in the first list again; `mark` is in one of them."""
    rings: list[list[Value]] = [[0] for _ in range(length)]
    for one, following in zip(rings, [*rings[1:], rings[0]], strict=True):
        one.append(following)
    rings[-1][0] = mark
    return rings[0]


def test_rings() -> None:
    assert same(ring(3), ring(5))
    assert same(ring(2), ring(1))
    assert not same(ring(3, 1), ring(5, 1))
    assert same(ring(3, 1), ring(3, 1))


def test_rings_of_lengths_without_a_common_divisor_take_no_product_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    really, looks = equality._pairs, 0

    def pairs(a: Value, b: Value) -> list[tuple[Value, Value]] | None:
        nonlocal looks
        looks += 1
        return really(a, b)

    monkeypatch.setattr(equality, "_pairs", pairs)
    assert same(ring(999), ring(1000))
    assert looks < 4 * (999 + 1000)


def test_deep_ones() -> None:
    a: Value = []
    b: Value = []
    for _ in range(50_000):
        a, b = [a], [b]
    assert same(a, b)
    assert not same(a, [b])
