"""What a killed process leaves behind of two commands that wait: each is answered by its own way, whenever that was.

As in test_crashes: the files are copied at every named instant, and from each copy everything goes on to its end.
"""

from datetime import timedelta
from pathlib import Path

from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.runtime.sqlite.test_crashes import Images
from tests.runtime.test_own_routes import TWICE, Ways, begun, command
from tests.stage import Stage

ANSWERS = [("re A", "1"), ("more", None), ("re B", "2"), ("more", None)]


async def test_every_instant_can_be_the_last_of_two_commands(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")
    ways = await begun(stage, TWICE)
    await command(stage, "A", "1")
    await command(stage, "B", "2")
    await stage.reopen(channels={"post": ways}, crash=images.take)
    await stage.pass_time(timedelta(minutes=1))
    await stage.close()
    assert ways.sent == ANSWERS
    assert {"before-turn-commit", "after-turn-commit"} <= {instant for instant, _, _ in images.taken}
    for number, (instant, image, when) in enumerate(images.taken):
        again, rest = Stage(tmp_path / f"again-{number}", VirtualClock(when)), Ways()
        again.write(TWICE)
        await again.open(image, channels={"post": rest})
        await again.pass_time(timedelta(minutes=1))
        left = [row["status"] for row in await again.rows("message", direction="out")]
        await again.close()
        assert left == ["delivered"] * len(ANSWERS), f"after a kill at {number}: {instant}"
        assert rest.sent == ANSWERS[len(ANSWERS) - len(rest.sent) :], f"after a kill at {number}: {instant}"
