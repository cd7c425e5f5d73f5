"""The laws that hold for the words of every dialect."""

import pytest

from tasktalk.bots.dialects import general_bots
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, TERMINAL, Priority, Status

STATUS_WORDS = ["pending", "in_progress", "completed", "cancelled"]
PRIORITY_WORDS = ["low", "medium", "high", "critical"]


@pytest.mark.parametrize("word", STATUS_WORDS)
def test_x_07_a_status_is_read_back_as_it_was_written(word: str) -> None:
    assert general_bots.STATUS.show(general_bots.STATUS.read(word)) == word


@pytest.mark.parametrize("word", PRIORITY_WORDS)
def test_x_07_a_priority_is_read_back_as_it_was_written(word: str) -> None:
    assert general_bots.PRIORITY.show(general_bots.PRIORITY.read(word)) == word


@pytest.mark.parametrize("status", STATUSES)
def test_x_09_what_has_ended_never_shows_as_open(status: Status) -> None:
    shown = general_bots.STATUS.show(status)
    assert shown in STATUS_WORDS
    assert (general_bots.STATUS.read(shown) in TERMINAL) == (status in TERMINAL)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_found_by_the_word_that_is_shown_for_it(status: Status) -> None:
    found = [word for word in STATUS_WORDS if status in general_bots.STATUS.all_of(word)]
    assert found == [general_bots.STATUS.show(status)]


@pytest.mark.parametrize("priority", PRIORITIES)
def test_every_priority_is_found_by_the_word_that_is_shown_for_it(priority: Priority) -> None:
    found = [word for word in PRIORITY_WORDS if priority in general_bots.PRIORITY.all_of(word)]
    assert found == [general_bots.PRIORITY.show(priority)]


@pytest.mark.parametrize("word", ["", "Pending", "waiting", "failed", None, 1, ["pending"]])
def test_other_words_are_refused_with_all_that_there_are(word: object) -> None:
    with pytest.raises(Refused) as refused:
        general_bots.STATUS.read(word)
    assert refused.value.message == "Status must be one of: pending, in_progress, completed, cancelled"
