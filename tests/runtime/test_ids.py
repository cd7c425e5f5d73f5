"""Ids sort by time, and within one instant by the order in which they were made."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from tasktalk.runtime.ids import least_id, new_id

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_ids_of_one_instant_sort_as_they_were_made() -> None:
    made = [new_id("evt", NOW) for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_one_instant_sort_also_when_others_are_made_between() -> None:
    first, other, second = new_id("", NOW), new_id("", NOW + timedelta(days=1)), new_id("", NOW)
    assert first < second < other


@given(st.datetimes(min_value=NOW.replace(year=1970, tzinfo=None), timezones=st.just(UTC)))
def test_an_id_is_spelled_as_the_library_spells_it(moment: datetime) -> None:
    made = new_id("", moment)
    assert str(ULID.from_str(made.upper())).lower() == made
    assert ULID.from_str(made.upper()).milliseconds == int(moment.timestamp() * 1000)
    assert least_id("evt", moment) <= f"evt_{made}"


def test_ids_sort_from_one_block_of_chance_to_the_next() -> None:
    made = [new_id("", NOW) for _ in range(2100)]
    numbers = [int.from_bytes(ULID.from_str(each.upper()).bytes[6:]) >> 55 for each in made]
    assert numbers == list(range(numbers[0], numbers[0] + len(made)))
    assert len({each[-11:] for each in made}) == len(made)


def test_ids_go_on_after_a_failure_at_the_end_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: int) -> bytes:
        raise RecursionError

    failures = 0
    with monkeypatch.context() as patched:
        patched.setattr(os, "urandom", failing)
        for _ in range(1024):
            try:
                new_id("", NOW)
            except RecursionError:
                failures += 1
    assert failures
    assert new_id("", NOW) < new_id("", NOW)


def test_an_id_is_a_ulid_of_its_moment() -> None:
    assert ULID.from_str(new_id("", NOW).upper()).datetime == NOW
    prefixed = new_id("cnv", NOW)
    assert prefixed.startswith("cnv_")
    assert prefixed == prefixed.lower()
