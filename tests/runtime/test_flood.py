"""Very many messages to one conversation at once: each is heard once and in order, and nobody else waits for them."""

import asyncio
import time

import pytest

from tasktalk.interpreter.resident import resident_memory
from tests.stage import Stage

COUNTING = 'n = 0\nWHILE TRUE\n  HEAR word\n  n = n + 1\n  TALK "${n} ${word}"\nWEND\n'


async def flood(stage: Stage, many: int) -> list[tuple[float, float]]:
    """Ana gets so many messages; Bo talks meanwhile. Gives when Bo was answered, and how long that took."""
    stage.write(COUNTING)
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.say("hi", "bo")
    words = [f"w{number}" for number in range(many)]
    coming = asyncio.gather(*(stage.receive(word) for word in words))
    bo: list[tuple[float, float]] = []
    began, is_over = time.perf_counter(), False
    while not is_over:
        is_over = coming.done() and not stage.engine._workers.busy
        asked = time.perf_counter()
        assert await stage.say("x", "bo") == [f"{len(bo) + 1} x"]
        bo.append((asked - began, time.perf_counter() - asked))
    await coming
    await stage.engine.settle()
    rows = await stage.rows("message", conversation_id=receipt.conversation_id)
    rows.sort(key=lambda row: row["sequence"])
    heard = [row["text"] for row in rows if row["direction"] == "in"][1:]
    assert sorted(heard) == sorted(words)
    assert {row["status"] for row in rows} == {"heard", "delivered"}
    said = [row["text"] for row in rows if row["direction"] == "out"]
    assert said == [f"{number} {word}" for number, word in enumerate(heard, 1)]
    assert set(stage.engine._inbox._doors) <= {("helper", "test", "bo")}
    return bo


async def test_all_are_heard_once_and_in_order_and_others_are_answered_meanwhile(stage: Stage) -> None:
    bo = await flood(stage, 600)
    assert len(bo) > 3


@pytest.mark.soak
async def test_ten_thousand_take_their_time_and_no_more(stage: Stage) -> None:
    before = resident_memory()
    bo = await flood(stage, 10_000)
    grown = resident_memory() - before
    assert grown < 200 << 20
    late = sorted(seconds for _, seconds in bo)
    assert late[len(late) * 9 // 10] < 1.0
