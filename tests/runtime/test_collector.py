"""Python's garbage collector has nothing to do with what turns make: it goes by its count of references.

A look of the collector's makes all conversations wait.
"""

import gc
from collections.abc import Iterator

import pytest

from tests.stage import Stage

SCRIPTS = {
    "answers": 'DO\n  HEAR word\n  TALK "You said ${word}"\nLOOP',
    "tasks": 'DO\n  HEAR word\n  task = CREATE TASK word\n  COMPLETE TASK task\n  TALK "You said ${word}"\nLOOP',
    "memory": 'DO\n  HEAR word\n  REMEMBER "word", word\n  TALK "You said ${RECALL("word")}"\nLOOP',
}


@pytest.fixture
def by_hand() -> Iterator[None]:
    """No look of the collector's but those that a test asks for."""
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def _is_ours(found: object) -> bool:
    return type(found).__module__.startswith("tasktalk.")


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("name", SCRIPTS)
async def test_a_turn_that_is_over_is_gone_at_once(stage: Stage, name: str) -> None:
    stage.write(SCRIPTS[name])
    await stage.open()
    await stage.converse("hello", message_id="0")
    gc.collect()  # what starting leaves
    gc.set_debug(gc.DEBUG_SAVEALL)
    for number in range(1, 4):
        assert await stage.converse(f"word {number}", message_id=f"{number}") == [f"You said word {number}"]
    gc.collect()
    assert {type(each).__qualname__ for each in gc.garbage if _is_ours(each)} == set()
