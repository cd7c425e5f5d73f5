"""`--dialect` and TASKTALK_DIALECTS: what the host decides about the interfaces for tasks."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.cli import main, serve
from tasktalk.bots.dialects.settings import WORDS, ChatBotKit, DialectSettings, settings
from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tests.databases import private_url

HOSTING = (Path(__file__).parents[3] / "docs" / "HOSTING.md").read_text(encoding="utf-8")
OVER = "chatbotkit.session_duration_over_max"


def said(*arguments: str, environment: str | None = None) -> tuple[int, str]:
    result = CliRunner(env={"TASKTALK_DIALECTS": environment}).invoke(main, ["serve", "--port", "1", *arguments])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "chatbotkit.session_duration=clamp",
            "there is no setting of a dialect 'chatbotkit.session_duration'; did you",
        ),
        ("xyz=clamp", f"there is no setting of a dialect 'xyz'; there are {', '.join(WORDS)}\n"),
        (OVER, f"expected NAME=VALUE, such as {OVER}=clamp, got '{OVER}'\n"),
        (f"{OVER}=cut", f"expected {OVER} to be refuse or clamp, got 'cut'\n"),
        (f"{OVER}=", f"expected {OVER} to be refuse or clamp, got ''\n"),
    ],
)
def test_what_is_wrong_with_a_setting(setting: str, message: str) -> None:
    code, err = said("--dialect", setting)
    assert code == 2
    assert f"Error: Invalid value for '--dialect': {message}" in err
    code, err = said(environment=f"{OVER}=clamp,{setting}")
    assert code == 2
    assert f"Error: TASKTALK_DIALECTS: {message}" in err


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        ([], None, "refuse"),
        ([], f"{OVER}=clamp", "clamp"),
        (["--dialect", f" {OVER.upper()} = Clamp "], None, "clamp"),
        (["--dialect", f"{OVER}=refuse"], f"{OVER}=clamp", "refuse"),
    ],
)
def test_cbk_49_what_is_set_is_what_is_served(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: str | None, word: str
) -> None:
    served: list[DialectSettings] = []

    def run(*positional: object, hosting: Hosting, **others: object) -> None:
        served.append(hosting.dialects)

    monkeypatch.setattr(serve, "run", run)
    assert said(*arguments, environment=environment) == (0, "")
    assert [each.chatbotkit.session_duration_over_max for each in served] == [word]


async def test_what_is_decided_comes_to_the_interfaces(tmp_path: Path) -> None:
    dialects, keywords = settings({OVER: "clamp"}), language()
    assert dialects == DialectSettings(ChatBotKit(session_duration_over_max="clamp"))
    hosting, bots = Hosting(dialects=dialects), Bots.load(tmp_path, keywords)
    async with assembled(private_url(), bots, keywords, RealClock(), hosting=hosting) as services:
        assert services.dialects == dialects


def test_the_first_word_is_the_default_and_the_page_for_hosts_has_all() -> None:
    assert OVER in WORDS
    for name, (default, *others) in WORDS.items():
        dialect, _, setting = name.partition(".")
        assert getattr(getattr(DialectSettings(), dialect), setting) == default
        assert f"| `{name}` | `{default}` | " in HOSTING
        assert all(f"| | `{word}` | " in HOSTING for word in others)
