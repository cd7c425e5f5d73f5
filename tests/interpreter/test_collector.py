"""Python's garbage collector has nothing to do with what compiling makes: it goes by its count of references."""

import gc
from collections.abc import Iterator

import pytest

from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.program import Program, compile_script

SCRIPTS = {
    "blocks": "FOR i = 1 TO 3\n IF i = 2 THEN\n  PRINT i\n END IF\nNEXT\nSELECT CASE i\nCASE 1\n PRINT 1\nEND SELECT",
    "jumps": "ON ERROR GOTO wrong\nGOSUB deep\nGOTO done\ndeep:\nRETURN\nwrong:\nRESUME NEXT\ndone:\nPRINT 1",
    "procedures": 's = ""\nCALL add("x")\nSUB add(a)\n TRY\n  s = s + a\n CATCH e\n  PRINT e\n END TRY\nEND SUB',
    "mistakes": "x = (1 +\nIF x THEN\nPRINT unknown",
}


@pytest.fixture
def by_hand() -> Iterator[None]:
    """No collection but those that a test asks for."""
    gc.disable()
    yield
    gc.enable()


def compiled(source: str) -> Program | None:
    try:
        return compile_script(source, Keywords())
    except NotRunnable:
        return None


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_program_that_is_dropped_is_gone_at_once(name: str) -> None:
    compiled(SCRIPTS[name])  # what is made once for the process
    gc.collect()
    compiled(SCRIPTS[name])
    assert gc.collect() == 0


def test_a_program_is_old_from_the_start() -> None:
    program = compiled(SCRIPTS["blocks"])
    assert any(found is program for found in gc.get_objects(generation=2))


def test_what_a_host_has_frozen_stays_frozen() -> None:
    gc.freeze()
    try:
        compiled(SCRIPTS["blocks"])
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_what_a_host_has_frozen_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([0, 1])
    monkeypatch.setattr(gc, "get_freeze_count", lambda: next(counts))  # a third look would fail
    for source in SCRIPTS.values():
        compiled(source)
    assert list(counts) == []
