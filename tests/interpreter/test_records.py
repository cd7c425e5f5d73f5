"""Fields in any case: the index of a large record says what looking through it would."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasktalk.interpreter import records
from tasktalk.interpreter.containers import get, put
from tasktalk.interpreter.values import Value

NAMES = st.sampled_from(["a", "A", "b", "B", "name", "Name", "NAME", "é", "É"])
STEPS = st.lists(st.tuples(st.sampled_from(["set", "add", "remove", "look"]), NAMES), max_size=40)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    yield
    records.forget()


def through(record: dict[str, Value], key: str) -> list[str]:
    return [name for name in record if name.lower() == key.lower()]


@given(STEPS, st.booleans())
def test_the_index_is_never_out_of_date(steps: list[tuple[str, str]], is_large: bool) -> None:
    record: dict[str, Value] = {f"field {i}": i for i in range(30 if is_large else 0)}
    for what, key in steps:
        if what == "set":
            put(record, key, 1)
        elif what == "add":
            record[key] = 2  # as compiled code and keywords may
        elif what == "remove":
            same = through(record, key)
            expected = key if key in record or len(same) != 1 else same[0]
            value = record.get(expected)
            assert records.remove(record, key) == value
            assert expected not in record
        assert sorted(records.alike(record, key)) == sorted(through(record, key))
    records.forget()


def test_large_records_side_by_side() -> None:
    several: list[dict[str, Value]] = [{f"Key{i}": n for i in range(20)} for n in range(8)]
    for _ in range(2):
        assert [get(record, "key7") for record in several] == list(range(8))


def test_a_record_that_is_gone_is_not_taken_for_another() -> None:
    for n in range(50):
        record: dict[str, Value] = {f"Key{n} {i}": i for i in range(20)}
        assert get(record, f"key{n} 3") == 3
        assert get(record, f"key{n - 1} 3") is None
        del record


def test_many_fields_take_no_longer_each() -> None:
    record: dict[str, Value] = {}
    started = time.process_time()
    for i in range(100_000):
        assert get(record, f"key {i}") is None
        put(record, f"key {i}", i)
    assert time.process_time() - started < 10
    assert get(record, "KEY 99999") == 99_999
