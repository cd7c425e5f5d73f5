"""Bots from folders: what is compiled, what is reported, and what cannot be reached."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords, discover
from tasktalk.runtime.bots import Bots, UnknownProgram
from tests.conftest import START
from tests.ordinary import as_ordinary_user


@pytest.fixture
def keywords() -> Keywords:
    return Keywords(discover("tasktalk.runtime.keywords"))


def write(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path


def code(bots: Bots, bot: str, script: str) -> str:
    with pytest.raises(Refused) as refused:
        bots.script(bot, script)
    return refused.value.code


def test_each_folder_is_a_bot(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "desk/start.bas", 'TALK "desk"\n')
    write(tmp_path, "desk/ask.bas", 'TALK "ask"\n')
    write(tmp_path, "shop/start.bas", 'TALK "shop"\n')
    write(tmp_path, "README.md", "no bot")
    write(tmp_path, ".git/start.bas", 'TALK "hidden"\n')
    bots = Bots.load(tmp_path, keywords)
    assert bots.names() == ["desk", "shop"]
    assert bots.problems() == []
    assert [(bot, program.name) for bot, program in bots.programs()] == [
        ("desk", "ask.bas"), ("desk", "start.bas"), ("shop", "start.bas")
    ]  # fmt: skip
    assert bots.start("shop").source == 'TALK "shop"\n'


def test_a_broken_script_is_reported_and_the_others_load(
    tmp_path: Path, keywords: Keywords, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "desk/start.bas", 'TALK "desk"\n')
    write(tmp_path, "desk/bad.bas", 'IF TRUE THEN\n  TALK "never closed"\n')
    (tmp_path / "desk" / "odd.bas").write_bytes(b'TALK "\xff"\n')
    bots = Bots.load(tmp_path, keywords)
    assert [(bot, problem.name) for bot, problem in bots.problems()] == [("desk", "bad.bas"), ("desk", "odd.bas")]
    assert "desk/bad.bas:1:1: error:" in caplog.text
    assert "desk/odd.bas:1:1: error: this file is not UTF-8 text  [not-utf8]" in caplog.text
    assert code(bots, "desk", "bad.bas") == "broken-script"
    assert bots.start("desk").name == "start.bas"


def test_a_script_is_found_without_its_ending_and_in_any_case(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "desk/start.bas", "")
    write(tmp_path, "desk/Ask-Me.bas", "")
    bots = Bots.load(tmp_path, keywords)
    assert bots.script("desk", "ask-me").name == "Ask-Me.bas"
    with pytest.raises(Refused) as refused:
        bots.script("desk", "ask-mee")
    assert (refused.value.code, refused.value.hint) == ("unknown-script", 'did you mean "Ask-Me.bas"?')


def test_no_name_leads_out_of_the_folder(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "bots/desk/start.bas", "")
    write(tmp_path, "bots/shop/start.bas", "")
    write(tmp_path, "secret.bas", "")
    bots = Bots.load(tmp_path / "bots", keywords)
    for name in ("../../secret.bas", "../shop/start.bas", str(tmp_path / "secret.bas"), "", ".", "..", "a\0b"):
        assert code(bots, "desk", name) == "unknown-script", name
    for name in ("..", ".", "", "desk/../shop", "../bots/desk", "a\0b"):
        assert not bots.is_bot(name), name


def test_an_edit_counts_from_the_next_use(tmp_path: Path, keywords: Keywords) -> None:
    path = write(tmp_path, "desk/start.bas", 'TALK "one"\n')
    bots = Bots.load(tmp_path, keywords)
    before, edition = bots.start("desk"), bots.edition
    assert bots.start("desk") is before
    assert bots.edition == edition
    write(tmp_path, "desk/start.bas", 'TALK "three"\n')
    after = bots.start("desk")
    assert after.source == 'TALK "three"\n'
    assert bots.edition > edition
    assert bots.by_id(before.id) is before
    path.write_text("IF TRUE THEN\n")
    assert bots.start("desk") is after
    assert [problem.name for _, problem in bots.problems()] == ["start.bas"]


def test_an_edit_of_the_same_length_counts_too(tmp_path: Path, keywords: Keywords) -> None:
    path = write(tmp_path, "desk/start.bas", 'TALK "one"\n')
    bots = Bots.load(tmp_path, keywords)
    write(tmp_path, "desk/start.bas", 'TALK "two"\n')
    os.utime(path, ns=(1, 1))
    assert bots.start("desk").source == 'TALK "two"\n'


def test_bots_and_scripts_that_come_later_are_found(tmp_path: Path, keywords: Keywords) -> None:
    bots = Bots.load(tmp_path, keywords)
    assert not bots.is_bot("desk")
    write(tmp_path, "desk/start.bas", 'TALK "desk"\n')
    assert bots.is_bot("desk")
    assert bots.start("desk").name == "start.bas"
    write(tmp_path, "desk/more.bas", 'TALK "more"\n')
    assert bots.script("desk", "more").name == "more.bas"


def test_a_file_that_is_gone_is_forgotten(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "desk/start.bas", "")
    path = write(tmp_path, "desk/more.bas", "")
    bots = Bots.load(tmp_path, keywords)
    path.unlink()
    bots.refresh()
    assert [program.name for _, program in bots.programs()] == ["start.bas"]
    assert code(bots, "desk", "more.bas") == "unknown-script"


def test_it_looks_at_the_folder_once_a_second_at_most(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "desk/start.bas", "")
    bots = Bots.load(tmp_path, keywords)
    assert not bots.look(START)
    write(tmp_path, "shop/start.bas", "")
    write(tmp_path, "desk/more.bas", "")
    assert not bots.look(START + timedelta(seconds=0.9))
    assert bots.names() == ["desk"]
    assert bots.look(START + timedelta(seconds=1))
    assert bots.names() == ["desk", "shop"]
    assert [program.name for _, program in bots.programs()] == ["more.bas", "start.bas", "start.bas"]
    assert not bots.look(START + timedelta(seconds=2))
    write(tmp_path, "desk/more.bas", "x = 1\n")
    assert bots.look(START), "the clock was set back"


def test_a_single_bot_follows_the_scripts_that_were_read(tmp_path: Path, keywords: Keywords) -> None:
    path = write(tmp_path, "desk.bas", "")
    write(tmp_path, "beside.bas", "")
    bots = Bots.single(path, keywords)
    assert not bots.look(START)
    write(tmp_path, "desk.bas", "x = 1\n")
    assert bots.look(START + timedelta(seconds=1))
    assert [(program.name, program.source) for _, program in bots.programs()] == [("desk.bas", "x = 1\n")]


def test_a_bot_whose_start_is_gone_is_no_bot_until_it_is_back(tmp_path: Path, keywords: Keywords) -> None:
    path = write(tmp_path, "desk/start.bas", "")
    bots = Bots.load(tmp_path, keywords)
    before = bots.start("desk")
    path.unlink()
    assert bots.look(START)
    assert (bots.names(), bots.is_bot("desk")) == ([], False)
    assert bots.by_id(before.id) is before
    write(tmp_path, "desk/start.bas", "x = 1\n")
    assert bots.look(START + timedelta(seconds=1))
    assert bots.start("desk").source == "x = 1\n"


def test_what_is_wrong_is_logged_once_with_its_line(
    tmp_path: Path, keywords: Keywords, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "desk/start.bas", 'TALK "good"\n')
    bots = Bots.load(tmp_path, keywords)
    write(tmp_path, "desk/start.bas", "\nIF TRUE THEN\n")
    for seconds in range(5):
        bots.look(START + timedelta(seconds=seconds))
    assert caplog.text.count("desk/start.bas:2:1: error:") == 1
    assert bots.start("desk").source == 'TALK "good"\n'


def test_the_log_tells_what_an_edit_did(tmp_path: Path, keywords: Keywords, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    script = tmp_path / "desk" / "start.bas"
    script.parent.mkdir()
    script.write_text("TALK 1")
    bots = Bots.load(tmp_path, keywords)
    assert caplog.text == ""
    script.write_text('TALK "')
    bots.refresh()
    assert "desk/start.bas: until that is mended, all talks have the version before" in caplog.text
    script.write_text("TALK 12")
    bots.refresh()
    assert "desk/start.bas has changed: what begins from now on has the new version" in caplog.text


def test_a_script_in_a_closed_folder_takes_no_bot_away(
    tmp_path: Path, keywords: Keywords, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "shop/start.bas", 'TALK "shop"\n')
    inside = write(tmp_path, "closed/more.bas", 'TALK "more"\n')
    (tmp_path / "shop" / "more.bas").symlink_to(inside)
    inside.parent.chmod(0)

    def looked() -> list[str]:
        bots = Bots.load(tmp_path, keywords)
        bots.look(START)
        return bots.names()

    try:
        assert as_ordinary_user(looked) == ["shop"]
        assert "no longer" not in caplog.text
        assert caplog.text.count('the script "more.bas" of the bot shop cannot be read: this user may not read it') == 1
    finally:
        inside.parent.chmod(0o700)


def test_a_script_that_may_not_be_read_is_not_called_missing(
    tmp_path: Path, keywords: Keywords, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "desk/start.bas", 'TALK "desk"\n').chmod(0)
    write(tmp_path, "closed/start.bas", 'TALK "closed"\n').parent.chmod(0)
    write(tmp_path, "shop/start.bas", 'TALK "shop"\n')

    def loaded() -> Bots:
        bots = Bots.load(tmp_path, keywords)
        bots.look(START)
        with pytest.raises(Refused, match=r'the script "start\.bas" of the bot desk cannot be read: this user may not'):
            bots.start("desk")
        with pytest.raises(Refused, match='the bot desk has no script "other"'):
            bots.script("desk", "other")
        return bots

    try:
        bots = as_ordinary_user(loaded)
        assert (bots.names(), bots.unreadable()) == (["desk", "shop"], {"closed", "desk"})
        for name in ("closed", "desk"):
            said = f'{name}: the script "start.bas" of the bot {name} cannot be read: this user may not read it'
            assert caplog.text.count(said) == 1
    finally:
        (tmp_path / "closed").chmod(0o700)
        (tmp_path / "desk" / "start.bas").chmod(0o600)
    assert bots.look(START + timedelta(seconds=1))
    assert (bots.names(), bots.unreadable()) == (["closed", "desk", "shop"], set())


def test_a_program_that_is_not_in_memory_is_asked_for_by_its_id(tmp_path: Path, keywords: Keywords) -> None:
    write(tmp_path, "desk/start.bas", 'TALK "one"\n')
    program = Bots.load(tmp_path, keywords).start("desk")
    bots = Bots.load(tmp_path / "desk", keywords)
    with pytest.raises(UnknownProgram):
        bots.by_id(program.id)
    bots.restore(program.id, program.name, program.source)
    assert bots.by_id(program.id).source == program.source


def test_a_single_script_is_a_bot(tmp_path: Path, keywords: Keywords) -> None:
    path = write(tmp_path, "hello.bas", 'CALL "other"\n')
    write(tmp_path, "other.bas", 'TALK "other"\n')
    bots = Bots.single(path, keywords)
    assert bots.names() == ["hello"]
    assert bots.start("hello").name == "hello.bas"
    assert bots.script("hello", "other").name == "other.bas"


def test_only_files_and_links_to_files_are_scripts(tmp_path: Path, keywords: Keywords) -> None:
    start = write(tmp_path, "desk/start.bas", 'TALK "desk"\n')
    (start.parent / "ask.bas").symlink_to(write(tmp_path, "elsewhere.txt", 'TALK "ask"\n'))
    (start.parent / "folder.bas").mkdir()
    (start.parent / "gone.bas").symlink_to(tmp_path / "nowhere")
    (start.parent / "itself.bas").symlink_to(start.parent / "itself.bas")
    write(tmp_path, "desk/upper.BAS", 'TALK "no"\n')
    bots = Bots.load(tmp_path, keywords)
    assert [program.name for _, program in bots.programs()] == ["ask.bas", "start.bas"]
    assert bots.problems() == []
    assert bots.unreadable() == set()
