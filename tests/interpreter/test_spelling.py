"""Fields in any case: the names that are kept say what looking through them all would."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasktalk.interpreter import spelling
from tasktalk.interpreter.containers import get, put
from tasktalk.interpreter.values import Value

NAMES = st.sampled_from(["a", "A", "b", "B", "name", "Name", "NAME", "é", "É"])
STEPS = st.lists(st.tuples(st.sampled_from(["set", "add", "take", "look"]), NAMES), max_size=40)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    yield
    spelling.forget()


def meant(record: dict[str, Value], key: str) -> str | None:
    same = [name for name in record if name.lower() == key.lower()]
    return key if key in record else same[0] if len(same) == 1 else None


@given(STEPS)
def test_what_is_kept_is_never_out_of_date(steps: list[tuple[str, str]]) -> None:
    record: dict[str, Value] = {}
    for what, key in steps:
        expected = meant(record, key)
        if what == "set":
            put(record, key, 1)
            assert record[expected or key] == 1
        elif what == "add":
            record[key] = 2  # as compiled code and keywords may
        elif what == "take":
            value = None if expected is None else record[expected]
            assert spelling.take(record, key) == value
            assert expected not in record
        assert spelling.spelled(record, key) == meant(record, key)
    spelling.forget()


def test_records_side_by_side() -> None:
    several: list[dict[str, Value]] = [{f"Key{i}": n for i in range(20)} for n in range(8)]
    for _ in range(2):
        assert [get(record, "key7") for record in several] == list(range(8))


def test_a_record_that_is_gone_is_not_taken_for_another() -> None:
    for n in range(50):
        record: dict[str, Value] = {f"Key{n} {i}": i for i in range(20)}
        assert get(record, f"key{n} 3") == 3
        assert get(record, f"key{n - 1} 3") is None
        del record


class Counted(str):
    """A text that counts how often any is made small."""

    __slots__ = ()
    asked = 0

    def lower(self) -> str:
        Counted.asked += 1
        return super().lower()


def test_many_fields_take_no_longer_each() -> None:
    first: dict[str, Value] = {}
    second: dict[str, Value] = {}
    for i in range(2_000):
        for record in (first, second):
            key = Counted(f"key {i}")
            if spelling.spelled(record, key) is None:
                spelling.assign(record, key, i)
    assert Counted.asked <= 2 * 2_000 * 3
    assert get(first, "KEY 1999") == get(second, "KEY 1999") == 1_999
