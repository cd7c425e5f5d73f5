"""The two ways in which a transcript is played."""

from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.examples import Example
from tasktalk.bots.rehearsal import Rehearsal, Way
from tasktalk.runtime.engine import Engine

TALK = """HEAR a
WAIT 1 DAYS
WAIT 1 DAYS
TALK a
' user: x
' after: 3d
' bot: x
"""


@pytest.mark.parametrize(("way", "engines"), [("straight", 1), ("rebuilt", 6)])
async def test_every_input_of_the_second_way_meets_a_new_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way, engines: int
) -> None:
    made: list[Engine] = []

    def counted(*arguments: Any, **options: Any) -> Engine:
        made.append(Engine(*arguments, **options))
        return made[-1]

    monkeypatch.setattr("tasktalk.bots.stage.Engine", counted)
    await Rehearsal(Example(tmp_path / "talk.bas", 1, TALK), language()).play(way)
    assert len(made) == engines
