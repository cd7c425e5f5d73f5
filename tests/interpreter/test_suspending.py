"""Random scripts: suspended at every point with a round trip through bytes, they do what they do uninterrupted.

SCRIPTS=5000 in the environment makes it a long soak.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st

from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.timer import SignalTimer
from tests.interpreter.random_scripts import scripts
from tests.interpreter.suspending import SLICE_SECONDS, difference, kept

SCRIPTS = int(os.environ.get("SCRIPTS", "40"))


@pytest.fixture(scope="module")
def timer() -> Iterator[SignalTimer]:
    with SignalTimer(SLICE_SECONDS) as timer:
        yield timer


@settings(
    max_examples=SCRIPTS,
    derandomize=SCRIPTS <= 100,
    phases=[Phase.explicit, Phase.generate] if SCRIPTS <= 100 else list(Phase),
)
@given(source=scripts(), long=st.sampled_from([0, 3, 40]))
def test_suspended_everywhere(source: str, long: int, timer: SignalTimer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    try:
        found = difference({"start.bas": source}, long=long, timer=timer)
        assert kept(source, brief=True) == kept(source, brief=False), source
    except NotRunnable:
        reject()  # a jump out of a FINALLY in a procedure with labels
    assert found is None, f"{found}\n{source}"
    internal = [str(r.exc_info) for r in caplog.records if r.levelno >= logging.ERROR]
    assert not internal, f"{internal}\n{source}"
