"""`--smtp`: which mail server tells users, and where its password is."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import _mail, main
from tasktalk.bots.cli._mail import PASSWORD, PASSWORD_FILE, password, read
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.outside.mail import Smtp
from tasktalk.storage.extras import installing


@pytest.mark.parametrize(
    ("url", "sender", "secret", "expected"),
    [
        (
            "smtp://ana@mail.example.com:2525",
            None,
            "s",
            ("mail.example.com", 2525, "ana@mail.example.com", "ana", "s", False),
        ),
        ("smtp://ana%40example.com@host", None, "s", ("host", 587, "ana@example.com", "ana@example.com", "s", False)),
        ("smtps://ana@host", "bot@example.com", "s", ("host", 465, "bot@example.com", "ana", "s", True)),
        ("smtp://127.0.0.1:25", None, None, ("127.0.0.1", 25, "tasktalk@127.0.0.1", None, None, False)),
    ],
)
def test_a_url_names_the_server(url: str, sender: str | None, secret: str | None, expected: tuple[object, ...]) -> None:
    found = read(url, sender, secret)
    assert (found.host, found.port, found.sender, found.user, found.password, found.is_tls) == expected


@pytest.mark.parametrize(
    ("url", "sender", "secret", "said"),
    [
        ("http://host", None, None, "expected --smtp to be"),
        ("smtp://", None, None, "expected --smtp to be"),
        ("smtp://host:99999", None, None, "expected --smtp to be"),
        ("smtp://host/inbox", None, None, "expected --smtp to be"),
        ("smtp://ana:xyzzy@host", None, None, "a password does not belong into --smtp"),
        ("smtp://host", "no address", None, "expected --mail-from to be an e-mail address"),
        ("smtp://host", "a@b\nTo: c@d", None, "expected --mail-from to be an e-mail address"),
        ("smtp://host", None, "xyzzy", "a password needs a user"),
    ],
)
def test_what_names_none_is_refused_and_no_password_shown(
    url: str, sender: str | None, secret: str | None, said: str
) -> None:
    with pytest.raises(click.BadParameter) as refused:
        read(url, sender, secret)
    assert said in refused.value.message
    assert "xyzzy" not in refused.value.message


def test_mail_without_its_library_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_mail, "find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["serve", "--smtp", "smtp://ana@host"])
    assert result.exit_code == 2
    assert f"mail needs its library: type {installing('email')}" in result.output


def test_the_password_is_in_the_environment_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.delenv(PASSWORD_FILE, raising=False)
    assert password() is None
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv(PASSWORD_FILE, str(tmp_path / "secret"))
    assert password() == "from a file"
    monkeypatch.setenv(PASSWORD, "from the environment")
    assert password() == "from the environment"


def test_a_password_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setenv(PASSWORD_FILE, str(tmp_path / "none"))
    result = CliRunner().invoke(main, ["serve", "--smtp", "smtp://ana@host"])
    assert result.exit_code == 2
    assert f"{PASSWORD_FILE}: cannot read the file" in result.output


def test_a_command_line_with_a_password_is_refused_without_showing_it() -> None:
    result = CliRunner().invoke(main, ["serve", "--smtp", "smtp://ana:xyzzy@host"])
    assert result.exit_code == 2
    assert "a password does not belong into --smtp" in result.output
    assert "xyzzy" not in result.output


def test_the_password_is_shown_by_no_repr_and_hidden_by_the_log() -> None:
    hosting = Hosting(smtp=Smtp("host", 587, "a@b.c", "ana", "xyzzy"))
    assert "xyzzy" not in repr(hosting)
    assert list(hosting.secrets) == ["xyzzy"]
    assert list(Hosting().secrets) == []
