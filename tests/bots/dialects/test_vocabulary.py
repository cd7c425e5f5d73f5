"""The laws that hold for the words of every dialect."""

import pytest

from tasktalk.bots.dialects.general_bots import words
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, TERMINAL, Priority, Status

STATUS_WORDS = ["pending", "in_progress", "completed", "cancelled"]
PRIORITY_WORDS = ["low", "medium", "high", "critical"]


@pytest.mark.parametrize("word", STATUS_WORDS)
def test_x_07_a_status_is_read_back_as_it_was_written(word: str) -> None:
    assert words.STATUS.show(words.STATUS.read(word)) == word


@pytest.mark.parametrize("word", PRIORITY_WORDS)
def test_x_07_a_priority_is_read_back_as_it_was_written(word: str) -> None:
    assert words.PRIORITY.show(words.PRIORITY.read(word)) == word


@pytest.mark.parametrize("status", STATUSES)
def test_x_09_what_has_ended_never_shows_as_open(status: Status) -> None:
    shown = words.STATUS.show(status)
    assert shown in STATUS_WORDS
    assert (words.STATUS.read(shown) in TERMINAL) == (status in TERMINAL)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_found_by_the_word_that_is_shown_for_it(status: Status) -> None:
    found = [word for word in STATUS_WORDS if status in words.STATUS.all_of(word)]
    assert found == [words.STATUS.show(status)]


@pytest.mark.parametrize("priority", PRIORITIES)
def test_every_priority_is_found_by_the_word_that_is_shown_for_it(priority: Priority) -> None:
    found = [word for word in PRIORITY_WORDS if priority in words.PRIORITY.all_of(word)]
    assert found == [words.PRIORITY.show(priority)]


@pytest.mark.parametrize("word", ["", "Pending", "waiting", "failed", None, 1, ["pending"]])
def test_other_words_are_refused_with_all_that_there_are(word: object) -> None:
    with pytest.raises(Refused) as refused:
        words.STATUS.read(word)
    assert refused.value.message == "Status must be one of: pending, in_progress, completed, cancelled"
