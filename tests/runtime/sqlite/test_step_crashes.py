"""A process that is killed around a call to the outside: the call is made once, or again with the same key."""

from pathlib import Path

import pytest

from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.runtime.asking import Service
from tests.runtime.sqlite.test_crashes import Images
from tests.stage import Stage

TALK = """
HEAR word
a = ORDER word
TALK "ordered " + a.number
WAIT 0 SECONDS
b = ORDER "more"
TALK "ordered " + b.number
"""
UNKNOWABLE = {"after-step-call"}
"""The instants at which the other side has seen a call, and no record of its answer is there."""
INSTANTS = {"after-step-begun", "after-step-call", "after-step-commit", "before-turn-commit", "after-turn-commit"}


class Shop(Service):
    """Numbers what is ordered, and knows an order again by its key."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, int] = {}
        self.answer = lambda thing: {"number": self.orders.setdefault(self.seen[-1][1], len(self.orders) + 1)}


async def played(stage: Stage) -> list[str]:
    """The contact sends everything again, who cannot know what arrived."""
    await stage.say("hi", message_id="1")
    receipt = await stage.receive("tea", message_id="2")
    await stage.answer(receipt)
    await stage.engine.settle()
    return await stage.transcript(receipt.conversation_id)


@pytest.mark.parametrize("warm_conversations", [0, 100])
async def test_a_kill_at_any_instant(tmp_path: Path, warm_conversations: int) -> None:
    shop, seen_by_then = Shop(), list[int]()
    stage = Stage(tmp_path / "first", VirtualClock(START), [shop.keyword()])
    images = Images(stage, tmp_path / "images")

    def take(instant: str) -> None:
        images.take(instant)
        seen_by_then.append(len(shop.seen))

    stage.write(TALK)
    await stage.open(crash=take, warm_conversations=warm_conversations)
    expected = await played(stage)
    await stage.close()
    assert expected == ["> hi", "> tea", "ordered 1", "ordered 2"]
    assert [thing for thing, _ in shop.seen] == ["tea", "more"]
    assert {instant for instant, _, _ in images.taken} >= INSTANTS
    repeated = set()
    for number, (instant, image, when) in enumerate(images.taken):
        again_at = Shop()
        again_at.seen = shop.seen[: seen_by_then[number]]
        for _, key in again_at.seen:
            again_at.orders[key] = len(again_at.orders) + 1
        again = Stage(tmp_path / f"again-{number}", VirtualClock(when), [again_at.keyword()])
        again.write(TALK)
        await again.open(image, warm_conversations=warm_conversations)
        assert await played(again) == expected, f"after a kill at {number}: {instant}"
        await again.close()
        # an order that is made twice has the same key, and is one
        assert [thing for thing, _ in dict.fromkeys(again_at.seen)] == ["tea", "more"], f"after a kill at {instant}"
        if len(again_at.seen) > len(shop.seen):
            assert len(again_at.seen) == len(shop.seen) + 1
            repeated.add(instant)
    # The commit of the record has instants of its own, before which nobody can know either.
    assert UNKNOWABLE <= repeated <= UNKNOWABLE | {"before-commit"}
