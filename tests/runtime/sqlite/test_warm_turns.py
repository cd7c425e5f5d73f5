"""What a turn costs of a conversation that had one a moment ago: that many talk at once is a matter of this number."""

import sys
from functools import lru_cache
from pathlib import Path
from types import FrameType
from unittest.mock import AsyncMock

import pytest

import tasktalk.runtime
from tasktalk.runtime.ports import Inbound
from tasktalk.storage.committer import Committer
from tests.patience import PATIENCE
from tests.stage import BOT, Stage

MOST_CALLS = 280
"""Of functions of the project, with each time that one goes on."""

_OURS = Path(tasktalk.runtime.__file__).resolve().parent.parent


@lru_cache
def is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_absolute() and path.resolve().is_relative_to(_OURS)


async def test_a_warm_turn_goes_through_few_functions(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.runtime.slices.SLICE_SECONDS", PATIENCE)  # to count takes longer than a slice lasts
    monkeypatch.setattr(Committer, "_is_written_here", AsyncMock(return_value=False))  # what is written is not counted
    stage.write("n = 0\nDO\n  HEAR word\n  n = n + 1\n  TALK `${n} ${word}`\nLOOP\n".replace("`", '"'))
    await stage.open()

    async def say(number: int) -> str:
        [answer] = await stage.engine.converse(Inbound(BOT, "test", "ana", f"w{number}", str(number)))
        return answer.text

    await stage.receive("hi")
    await stage.engine.settle()
    assert [await say(number) for number in range(1, 6)] == [f"{number} w{number}" for number in range(1, 6)]
    calls: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and is_ours(code.co_filename):
            calls.append(code.co_qualname)

    sys.setprofile(note)
    try:
        answers = [await say(number) for number in range(6, 16)]
    finally:
        sys.setprofile(None)
    assert answers == [f"{number} w{number}" for number in range(6, 16)]
    assert 100 * len(answers) < len(calls) <= MOST_CALLS * len(answers)
