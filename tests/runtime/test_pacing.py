"""A channel whose provider takes so many messages in a second is given no more."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.customs import NONE, Customs
from tasktalk.runtime.pacing import Pacing
from tasktalk.runtime.ports import Delivery
from tests.conftest import START
from tests.stage import Stage

NEWS = """
IF channel = "test" THEN
  FOR i = 1 TO 100
    TALK TO "post:" + i, "News."
    TALK TO "post:" + i, "More."
  NEXT
END IF
"""
CUSTOMS = {"post": Customs(per_second=30)}


class Watched:
    """A provider that refuses nothing and notes when it was asked."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.told: list[tuple[datetime, str, str]] = []

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self.told.append((self._clock.now(), delivery.contact, delivery.text))


async def test_what_is_said_to_many_goes_out_as_fast_as_the_provider_takes_it(stage: Stage) -> None:
    assert isinstance(stage.clock, VirtualClock)
    post = Watched(stage.clock)
    stage.write(NEWS)
    conduct = Conduct(customs=lambda channel: CUSTOMS.get(channel, NONE))
    await stage.open(channels={"post": post}, conduct=conduct)
    await stage.say("hi", "boss")
    await stage.engine.settle()
    assert len(post.told) == 30
    await stage.pass_time(timedelta(seconds=6))
    assert len(post.told) == 200
    moments = sorted(moment for moment, _, _ in post.told)
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in zip(moments, moments[30:], strict=False))
    assert moments[-1] - moments[0] == timedelta(seconds=6)
    for number in range(1, 101):
        assert [text for _, contact, text in post.told if contact == str(number)] == ["News.", "More."]


async def test_what_waits_for_its_moment_is_delivered_after_a_restart(stage: Stage) -> None:
    assert isinstance(stage.clock, VirtualClock)
    post = Watched(stage.clock)
    stage.write(NEWS)
    more: dict[str, Any] = {"channels": {"post": post}, "conduct": Conduct(customs=lambda c: CUSTOMS.get(c, NONE))}
    await stage.open(**more)
    await stage.say("hi", "boss")
    await stage.engine.settle()
    await stage.reopen(**more)
    await stage.pass_time(timedelta(seconds=10))
    assert Counter(text for _, _, text in post.told) == {"News.": 100, "More.": 100}


@pytest.mark.parametrize(("per_second", "at"), [(2.0, [0, 0, 1, 1, 2]), (1.0, [0, 1, 2, 3, 4]), (0.5, [0, 2, 4, 6, 8])])
def test_moments(per_second: float, at: list[int]) -> None:
    pacing = Pacing(VirtualClock(START))
    given = [pacing.not_before("c", per_second, str(number)) or START for number in range(5)]
    assert [(moment - START).total_seconds() for moment in given] == at


def test_a_line_keeps_its_moment_and_uses_it_once() -> None:
    clock = VirtualClock(START)
    pacing = Pacing(clock)
    assert pacing.not_before("c", 1, "a") is None
    moment = pacing.not_before("c", 1, "b")
    assert moment == pacing.not_before("c", 1, "b") == START + timedelta(seconds=1)
    clock.advance(timedelta(seconds=1))
    assert pacing.not_before("c", 1, "b") is None
    assert pacing.not_before("c", 1, "b") == START + timedelta(seconds=2)


def test_channels_do_not_wait_for_each_other_and_most_have_no_pace() -> None:
    pacing = Pacing(VirtualClock(START))
    assert [pacing.not_before(channel, 1, "a") for channel in ("c", "d")] == [None, None]
    assert [pacing.not_before("e", None, "a") for _ in range(99)] == [None] * 99
