"""The cache of compiled scripts: what is taken from it, what is compiled anew, and whose code is run."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tasktalk.interpreter import image
from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.limits import Limits
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.runtime import program_cache
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.program_cache import ProgramCache, users_folder
from tests.interpreter.suspending import World, hear, talk

SOURCE = 'TALK "hello"\nHEAR answer\nTALK "you said " + answer\n'


@keyword("SHOUT <words>")
def shout(world: World, words: str) -> None:
    """Says it loudly."""


@pytest.fixture
def keywords() -> Keywords:
    return Keywords([talk, hear])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were really compiled."""
    sources: list[str] = []

    def watched(source: str, keywords: Keywords, name: str, predefined: list[str], *, limits: Limits) -> Program:
        sources.append(source)
        return compile_script(source, keywords, name, predefined, limits=limits)

    monkeypatch.setattr(program_cache, "compile_script", watched)
    return sources


def program(place: Path, keywords: Keywords, source: str = SOURCE, name: str = "start.bas") -> Program:
    """The script, as a process gets it that has just begun."""
    return ProgramCache(place).program(source, keywords, name, ["user"])


def the_file(place: Path) -> Path:
    (found,) = place.iterdir()
    return found


def test_a_script_is_compiled_once(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    first, second = program(place, keywords), program(place, keywords)
    assert compiled == [SOURCE]
    assert (second.id, second.fingerprint, second.source) == (first.id, first.fingerprint, first.source)


def test_all_that_is_known_of_a_script_is_kept(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    source = (
        'DESCRIPTION "What it is for"\nPARAM size AS INTEGER DEFAULT 3 DESCRIPTION "How large"\n'
        'ON EVENT "sold"\n  TALK event.name\nEND ON\nFROBNICATE "x"\n'
    )
    first, second = program(place, keywords, source), program(place, keywords, source)
    assert compiled == [source]
    assert second.declarations == first.declarations != []
    assert [d.code for d in second.diagnostics] == ["unknown-keyword"]
    assert second.diagnostics == first.diagnostics
    assert (second.schema(), second.parameters) == (first.schema(), first.parameters)
    assert second.handlers.keys() == first.handlers.keys() != set()


def test_bots_are_loaded_from_it(tmp_path: Path, place: Path, keywords: Keywords, compiled: list[str]) -> None:
    (tmp_path / "bots" / "desk").mkdir(parents=True)
    (tmp_path / "bots" / "desk" / "start.bas").write_text(SOURCE)
    for _ in range(2):
        bots = Bots.load(tmp_path / "bots", keywords, ProgramCache(place))
        assert bots.start("desk").source == SOURCE
    assert compiled == [SOURCE]
    again = Bots(keywords, ProgramCache(place))
    again.restore("some-id", "start.bas", SOURCE)
    assert again.by_id("some-id").source == SOURCE
    assert len(list(place.iterdir())) == 1


def test_an_edit_counts(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    program(place, keywords)
    edited = program(place, keywords, SOURCE + "TALK 2\n")
    assert (edited.source, len(compiled)) == (SOURCE + "TALK 2\n", 2)


def test_the_file_name_counts_for_errors_say_it(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    program(place, keywords)
    assert program(place, keywords, name="other.bas").procedures["MAIN"].script == "other.bas"
    assert len(compiled) == 2


def test_another_set_of_keywords_counts(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    program(place, keywords)
    keywords.add(shout)
    program(place, keywords)
    program(place, Keywords([talk, hear], otherwise=other))
    program(place, Keywords([talk, hear, shout]))
    assert len(compiled) == 3


def test_limits_of_a_source_count_and_others_are_those_of_now(
    place: Path, keywords: Keywords, compiled: list[str]
) -> None:
    source = SOURCE + "' why\n" * 50

    def limited(limits: Limits) -> Program:
        return ProgramCache(place).program(source, keywords, "start.bas", ["user"], limits)

    limited(Limits(text=5000))
    again = limited(Limits(text=6000))
    assert (again.limits, again.globals["_TEXT"], len(compiled)) == (Limits(text=6000), 6000, 1)
    limited(Limits(nesting=50))
    assert len(compiled) == 2
    with pytest.raises(NotRunnable):
        limited(Limits(script=100))


@keyword("OTHER COMMAND <phrase>, <arguments>, <clauses>")
def other(world: World, phrase: str, arguments: list[str], clauses: dict[str, str]) -> None:
    """Takes what nobody declared."""


@pytest.mark.parametrize(("what", "value"), [("COMPILER_VERSION", 10_000), ("importlib.util.MAGIC_NUMBER", b"4")])
def test_another_compiler_counts(
    place: Path, keywords: Keywords, compiled: list[str], what: str, value: object
) -> None:
    program(place, keywords)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"tasktalk.interpreter.image.{what}", value)
        image.compiler.cache_clear()
        program(place, keywords)
        program(place, keywords)
    image.compiler.cache_clear()
    program(place, keywords)
    assert len(compiled) == 2


def test_a_broken_script_is_not_kept(place: Path, keywords: Keywords) -> None:
    for _ in range(2):
        with pytest.raises(NotRunnable):
            program(place, keywords, "IF TRUE THEN\n")
    assert list(place.iterdir()) == []


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[:-1],
    "only its head": lambda data: data[: len(image.MAGIC)],
    "of another version": lambda data: flip(data, len(image.MAGIC) - 2),
    "under another name": lambda data: flip(data, len(image.MAGIC)),
    "a bit of the checksum": lambda data: flip(data, len(image.MAGIC) + 40),
    "a bit of the code": lambda data: flip(data, len(data) - 10),
    "something else": lambda data: b"\x80\x04N." * 100,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_written_anew(
    place: Path, keywords: Keywords, compiled: list[str], damage: Callable[[bytes], bytes]
) -> None:
    program(place, keywords)
    good = the_file(place).read_bytes()
    the_file(place).write_bytes(damage(good))
    assert program(place, keywords).source == SOURCE
    assert program(place, keywords).source == SOURCE
    assert len(compiled) == 2
    assert the_file(place).read_bytes().startswith(image.MAGIC)


def test_only_this_user_can_read_and_write_it(place: Path, keywords: Keywords) -> None:
    program(place, keywords)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(the_file(place).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777, 0o702])
def test_a_folder_that_others_can_write_is_not_used(place: Path, keywords: Keywords, mode: int) -> None:
    place.mkdir()
    place.chmod(mode)
    assert program(place, keywords).source == SOURCE
    assert list(place.iterdir()) == []


def test_a_folder_that_others_can_write_later_is_not_used_either(
    place: Path, keywords: Keywords, compiled: list[str]
) -> None:
    cache = ProgramCache(place)
    cache.program(SOURCE, keywords, "start.bas", ["user"])
    place.chmod(0o777)
    cache.program(SOURCE, keywords, "start.bas", ["user"])
    assert len(compiled) == 2


def test_a_folder_that_others_can_move_is_not_used(tmp_path: Path, keywords: Keywords) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    program(tmp_path / "open" / "cache", keywords)
    assert list((tmp_path / "open" / "cache").iterdir()) == []
    (tmp_path / "open").chmod(0o1777)  # as /tmp is: others can add, but not move what is ours
    program(tmp_path / "open" / "cache", keywords)
    assert len(list((tmp_path / "open" / "cache").iterdir())) == 1


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path, place: Path, keywords: Keywords) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    place.symlink_to(tmp_path / "elsewhere")
    assert program(place, keywords).source == SOURCE
    assert list((tmp_path / "elsewhere").iterdir()) == []


def make_link(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.symlink_to(path.parent.parent / "moved")


FOREIGN: dict[str, Callable[[Path], None]] = {
    "that others can write": lambda path: path.chmod(0o666),
    "that a group can write": lambda path: path.chmod(0o620),
    "that is a link": make_link,
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
def test_a_file_is_not_run(
    place: Path, keywords: Keywords, compiled: list[str], change: Callable[[Path], None]
) -> None:
    program(place, keywords)
    change(the_file(place))
    assert program(place, keywords).source == SOURCE
    assert len(compiled) == 2
    assert stat.S_IMODE(the_file(place).lstat().st_mode) == 0o600  # written anew


def test_what_belongs_to_another_user_is_not_run(
    place: Path, keywords: Keywords, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program(place, keywords)
    cache = ProgramCache(place)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    cache.program(SOURCE, keywords, "start.bas", ["user"])
    program(place, keywords)
    assert len(compiled) == 3


def test_a_folder_that_cannot_be_written(place: Path, keywords: Keywords, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "replace", refuse)
    assert program(place, keywords).source == SOURCE
    assert list(place.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path, keywords: Keywords) -> None:
    (tmp_path / "file").write_text("")
    assert program(tmp_path / "file" / "cache", keywords).source == SOURCE


def test_a_folder_that_is_removed_meanwhile(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    cache = ProgramCache(place)
    place.rmdir()
    cache.program(SOURCE, keywords, "start.bas", ["user"])
    assert compiled == [SOURCE]


def age(path: Path, days: int) -> None:
    moment = path.stat().st_mtime - days * 24 * 3600
    os.utime(path, (moment, moment))


def test_what_was_not_used_for_long_is_removed(place: Path, keywords: Keywords, compiled: list[str]) -> None:
    program(place, keywords)
    old = the_file(place)
    age(old, 29)
    program(place, keywords)  # a use
    age(old, 29)
    program(place, keywords, "TALK 1\n")
    assert old.exists()
    half = place / ".half-written"
    half.write_bytes(b"")
    age(half, 2)
    age(old, 2)
    program(place, keywords, "TALK 2\n")
    assert not old.exists()
    assert not half.exists()
    assert len(list(place.iterdir())) == 2


def test_the_oldest_give_way_when_there_is_too_much(
    place: Path, keywords: Keywords, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(place, keywords)
    old = the_file(place)
    age(old, 1)
    monkeypatch.setattr(program_cache, "MOST_BYTES", old.stat().st_size + 10)
    program(place, keywords, SOURCE + "\n")
    assert the_file(place) != old


def test_a_very_large_program_is_not_kept(place: Path, keywords: Keywords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_cache, "MOST_BYTES_OF_ONE", 100)
    assert program(place, keywords).source == SOURCE
    assert list(place.iterdir()) == []


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert users_folder() == tmp_path / "tasktalk"
    monkeypatch.setenv("HOME", str(tmp_path))
    for unset in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert users_folder() == tmp_path / ".cache" / "tasktalk"
    monkeypatch.setattr("tasktalk.runtime.program_cache.os.name", "nt")
    assert users_folder() is None
