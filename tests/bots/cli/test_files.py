"""`--files` and `--file-mb`: where attachments are, and how large, for whoever hosts."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.cli import main, serve
from tasktalk.bots.files import places
from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.files import DEFAULT_MOST_BYTES
from tasktalk.storage.extras import installing
from tests.databases import IS_POSTGRESQL, url_of


@pytest.fixture
def hosted(monkeypatch: pytest.MonkeyPatch) -> list[Hosting]:
    """What the command would serve with."""
    found: list[Hosting] = []
    monkeypatch.setattr(serve, "run", lambda *_, hosting, **others: found.append(hosting))
    return found


def served(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner(env=environment).invoke(main, ["serve", *arguments])
    return result.exit_code, result.stderr


def test_what_is_given_is_what_is_served_with(hosted: list[Hosting]) -> None:
    assert served()[0] == 0
    assert served("--files", "here", "--file-mb", "2")[0] == 0
    assert served(TASKTALK_FILES="s3://desk/files", TASKTALK_FILE_MB="3")[0] == 0
    assert [(found.files, found.most_file_bytes) for found in hosted] == [
        (None, DEFAULT_MOST_BYTES),
        ("here", 2 << 20),
        ("s3://desk/files", 3 << 20),
    ]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("ftp://x", "expected a folder or s3://BUCKET/PREFIX, got 'ftp://x'"),
        (__file__, f"{__file__} is a file: expected a folder"),
    ],
)
def test_a_place_that_is_none_is_told_at_the_start(hosted: list[Hosting], place: str, told: str) -> None:
    code, err = served("--files", place)
    assert (code, hosted) == (2, [])
    assert err.endswith(f"Error: Invalid value for '--files': {told}\n")


def test_a_bucket_without_its_library_is_told_at_the_start(
    hosted: list[Hosting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "find_spec", lambda name: None)
    code, err = served("--files", "s3://desk")
    assert (code, hosted) == (2, [])
    assert err.endswith(f"a bucket needs its library: type {installing('s3')}\n")


@pytest.mark.parametrize("megabytes", ["0", "-1", "x", "1000000"])
def test_a_size_that_is_none_is_told_at_the_start(hosted: list[Hosting], megabytes: str) -> None:
    assert (served("--file-mb", megabytes)[0], hosted) == (2, [])


async def test_files_lie_beside_a_database_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "bots").mkdir()
    keywords = language()
    bots = Bots.load(tmp_path / "bots", keywords)
    async with assembled(url_of(tmp_path / "desk.db"), bots, keywords, RealClock()) as found:
        if IS_POSTGRESQL:
            assert found.files is None
        else:
            assert found.files is not None
            assert found.files.incoming == tmp_path / "desk.db-files" / "incoming"
    hosting = Hosting(files=str(tmp_path / "here"), most_file_bytes=7)
    async with assembled(url_of(tmp_path / "desk.db"), bots, keywords, RealClock(), hosting=hosting) as found:
        assert found.files is not None
        assert (found.files.incoming, found.files.most_bytes) == (tmp_path / "here" / "incoming", 7)
