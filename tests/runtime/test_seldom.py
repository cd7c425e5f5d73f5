"""What fails again and again does not fill the log."""

import logging

import pytest

from tasktalk.runtime.seldom import Trouble
from tasktalk.storage.errors import Damaged, DatabaseError

LOG = logging.getLogger("tests.seldom")


@pytest.fixture
def trouble(caplog: pytest.LogCaptureFixture) -> Trouble:
    caplog.set_level(logging.INFO, LOG.name)
    return Trouble(LOG, "%s cannot be done: %s", "it is done again")


def test_trouble_is_told_when_it_begins_and_when_it_ends(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    trouble.ends()
    for _ in range(2):
        for number in range(3):
            trouble.comes(DatabaseError(f"attempt {number}"), "this")
        for _ in range(2):
            trouble.ends()
    assert [record.getMessage() for record in caplog.records] == [
        "this cannot be done: attempt 0",
        "it is done again",
    ] * 2


def test_another_reason_is_told(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    reasons = [DatabaseError("away"), Damaged("damaged"), ValueError("one"), ValueError("one"), ValueError("two")]
    for reason in reasons:
        trouble.comes(reason, "it")
    told = [(record.getMessage(), record.exc_info is not None) for record in caplog.records]
    assert told == [
        ("it cannot be done: away", False),
        ("it cannot be done: damaged", False),
        ("it cannot be done: one", True),
        ("it cannot be done: two", True),
    ]
