"""Every transcript of the project, each played straight and rebuilt from the store at every wait."""

from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.examples import Example, examples_under
from tasktalk.bots.rehearsal import WAYS, Rehearsal, Way

ROOT = Path(__file__).parents[2]
PLACES = ["tests/scripts", "scripts", "interpreter/LANGUAGE.md", "interpreter/library", "runtime/keywords"]
KEYWORDS = language()
EXAMPLES = [e for e in examples_under([ROOT / place for place in PLACES]) if Rehearsal(e, KEYWORDS).is_test]


def name(example: Example) -> str:
    path = example.path.relative_to(ROOT)
    return f"{path}" if path.suffix == ".bas" else f"{path}:{example.line}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("example", EXAMPLES, ids=name)
async def test_transcript(example: Example, way: Way) -> None:
    rehearsal = Rehearsal(example, KEYWORDS)
    if rehearsal.transcript.skip is not None:
        pytest.skip(rehearsal.transcript.skip)
    await rehearsal.play(way)


def test_every_keyword_has_an_example_that_says_something() -> None:
    shown = {e.path.stem for e in EXAMPLES if e.path.suffix == ".py" and "' bot:" in e.source}
    modules = {keyword.module.rpartition(".")[2] for keyword in KEYWORDS}
    assert modules - shown == set()
