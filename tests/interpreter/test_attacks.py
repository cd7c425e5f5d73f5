"""Whatever a script tries, it ends: in a clear error at its line, or with the right result, within bounds."""

from collections.abc import Iterator

import pytest

from tests.interpreter.arena import Arena
from tests.interpreter.attacks import ATTACKS


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    arena = Arena()
    yield arena
    arena.close()


RUNS = [
    (name, infer)
    for name in ATTACKS
    for infer in ((True,) if name.startswith(("source", "patterns", "dates")) else (True, False))
]


@pytest.mark.parametrize(("name", "infer"), RUNS)
def test_attack(arena: Arena, name: str, infer: bool) -> None:
    expected, source = ATTACKS[name]
    how, colon, said = expected.partition(":")
    ended = arena.run(source, infer=infer, is_endless=how.startswith("out-of-time"))
    assert (ended.how if " " in how else ended.how.split(" ")[0]) == how, ended
    assert ended.fault == "" or ended.said == ["internal"]
    if colon:
        assert "|".join(ended.said) == said.removeprefix(" ")
