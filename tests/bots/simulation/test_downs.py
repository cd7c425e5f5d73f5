"""When the server of a simulation is down."""

from datetime import UTC, datetime

import pytest

from tasktalk.bots.simulation.downs import Down, Stretch, stretches


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "2-5", "02:00", "25:00-26:00", "02:00-05:60", "02:00-24:30", "05:00-05:00", "02:00–05:00"]
)
def test_what_is_no_window_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"expected two times of day such as 02:00-05:00|always be down"):
        Down.read(written)


def test_a_window_comes_every_day() -> None:
    downs = [Down.read("02:00-05:00")]
    assert list(stretches(at(1, 0), at(3, 0), downs)) == [
        Stretch(at(1, 0), at(1, 2), True),
        Stretch(at(1, 2), at(1, 5), False),
        Stretch(at(1, 5), at(2, 2), True),
        Stretch(at(2, 2), at(2, 5), False),
        Stretch(at(2, 5), at(3, 0), True),
    ]


def test_windows_over_midnight_and_over_each_other_are_one() -> None:
    downs = [Down.read("23:00-01:00"), Down.read("0:30-2:00"), Down.read("22:00-24:00")]
    assert list(stretches(at(1, 0), at(2, 0), downs)) == [
        Stretch(at(1, 0), at(1, 2), False),
        Stretch(at(1, 2), at(1, 22), True),
        Stretch(at(1, 22), at(2, 0), False),
    ]


def test_without_windows_it_is_always_up() -> None:
    assert list(stretches(at(1, 0), at(2, 0), [])) == [Stretch(at(1, 0), at(2, 0), True)]
