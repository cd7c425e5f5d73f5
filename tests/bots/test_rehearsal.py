"""The two ways in which a transcript is played."""

from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.examples import Example
from tasktalk.bots.rehearsal import Failure, Rehearsal, Way
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


ASKING = """' service: GET https://example.com/a -> {"n": 1}
' service: GET https://example.com/a ->
' |  {"n": 2}
a = GET "https://example.com/a"
b = GET "https://example.com/a"
TALK a.n + b.n
' bot: 3
"""


@pytest.mark.parametrize("way", ["straight", "rebuilt"])
async def test_services_answer_as_it_is_written(tmp_path: Path, way: Way) -> None:
    await Rehearsal(Example(tmp_path / "talk.bas", 1, ASKING), language()).play(way)


async def test_an_answer_that_nobody_asks_for_is_a_failure(tmp_path: Path) -> None:
    source = ASKING + "' service: POST https://example.com/a -> 201\n"
    with pytest.raises(Failure) as failure:
        await Rehearsal(Example(tmp_path / "talk.bas", 1, source), language()).play("straight")
    assert (failure.value.place, failure.value.expected, failure.value.got) == (
        f"{tmp_path / 'talk.bas'}:8",
        "service: POST https://example.com/a",
        "nobody asks for this answer",
    )


async def test_an_answer_that_is_not_written_is_a_failure(tmp_path: Path) -> None:
    source = ASKING.replace("TALK", 'c = GET "https://example.com/a"\nTALK')
    with pytest.raises(Failure) as failure:
        await Rehearsal(Example(tmp_path / "talk.bas", 1, source), language()).play("straight")
    assert "the transcript has no answer for GET https://example.com/a  [no-answer]" in failure.value.got


@pytest.mark.parametrize(
    "note",
    [
        "GET https://example.com/",
        "get https://example.com/ -> 1",
        "GET example.com -> 1",
        "https://example.com -> 1",
        "",
    ],
)
def test_an_answer_that_cannot_be_understood(tmp_path: Path, note: str) -> None:
    with pytest.raises(Failure, match="an answer is written like"):
        Rehearsal(Example(tmp_path / "talk.bas", 1, f"' service: {note}\n"), language())
