"""Whatever a script tries, it ends: in a clear error at its line, or with the right result, within bounds."""

from collections.abc import Iterator

import pytest

from tests.interpreter.arena import ENDLESS, Arena
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
    code, _, lines = how.partition(" ")
    ended = arena.run(source, infer=infer, is_endless=code == ENDLESS)
    first, _, last = lines.partition("-")
    allowed = {f"{code} {line}" for line in range(int(first), int(last or first) + 1)} if lines else {code}
    assert ended.how in allowed, ended
    assert bool(ended.fault) == (said == " internal"), ended
    if colon:
        assert "|".join(ended.said) == said.removeprefix(" ")


def test_every_error_is_expected_with_its_line() -> None:
    without = {how for expected, _ in ATTACKS.values() if " " not in (how := expected.partition(":")[0])}
    assert without == {"DONE", "WAITS"}
