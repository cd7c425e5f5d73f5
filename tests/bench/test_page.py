"""The page *Scaling* names what there is."""

import re
from importlib.util import find_spec

from tasktalk.bots.watch.metrics import every_instrument
from tests.bench.page import PAGE, commands, rewritten

TEXT = PAGE.read_text("utf-8")
HELD = """a
<!-- figures: tests.bench.x -->
old
<!-- /figures -->
<!-- figures: tests.bench.y 2 -->
<!-- /figures -->
"""


def test_figures_are_put_in_their_places() -> None:
    assert commands(HELD) == ["tests.bench.x", "tests.bench.y 2"]
    found = rewritten(HELD, {"tests.bench.x": "new\n"}.get)
    assert found == HELD.replace("\nold\n", "\n\nnew\n\n")


def test_every_command_of_the_page_exists() -> None:
    named = {*commands(TEXT), *re.findall(r"python -m (tests\.[\w.]+)", TEXT)}
    assert len(named) > 5
    assert [name for name in named if find_spec(name.split()[0]) is None] == []


def test_every_metric_of_the_page_exists() -> None:
    known = {instrument.name for instrument in every_instrument()}
    named = {name.removesuffix("_total") for name in re.findall(r"`(tasktalk_\w+)", TEXT)}
    assert len(named) > 8
    assert named - known == set()
