"""`--keep` and TASKTALK_KEEP: how long what is past stays, for whoever hosts."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli._keep import KEEP
from tasktalk.runtime.retention import TERMS


def serve(*arguments: str, environment: str | None = None) -> tuple[int, str]:
    result = CliRunner(env={"TASKTALK_KEEP": environment}).invoke(main, ["serve", "--port", "1", *arguments])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("sesions=5d", "there is no thing to keep 'sesions'; did you mean sessions?"),
        ("xyz=5d", f"there is no thing to keep 'xyz'; there are {', '.join(TERMS)}"),
        ("runs", "expected NAME=VALUE, such as sessions=30d, got 'runs'"),
        ("runs=5", "expected runs to be a time such as 30d, 12h, 8w or 1y, or forever, got '5'"),
        ("runs=-5d", "expected runs to be a time such as 30d, 12h, 8w or 1y, or forever, got '-5d'"),
        ("messages=23h", "expected messages to be kept for a day or longer"),
    ],
)
def test_what_is_wrong_with_a_setting(setting: str, message: str) -> None:
    code, err = serve("--keep", setting)
    assert code == 2
    assert err.endswith(f"Error: Invalid value for '--keep': {message}\n")
    code, err = serve(environment=f"events=7d,{setting}")
    assert code == 2
    assert err.endswith(f"Error: TASKTALK_KEEP: {message}\n")


def test_how_times_are_written() -> None:
    settings = ["messages=1y", "Events = 12 weeks", "sessions=36h", "runs=forever", "memories=0", "programs=2d"]
    assert KEEP.read(settings) == {
        "messages": timedelta(days=365),
        "events": timedelta(weeks=12),
        "sessions": timedelta(hours=36),
        "runs": None,
        "memories": timedelta(),
        "programs": timedelta(days=2),
    }
    assert KEEP.read(["messages=999999999y"]) == {"messages": timedelta(days=365_000)}
