"""`--rate` and TASKTALK_RATES: how often users may do something, for whoever hosts."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli._rates import RATES
from tasktalk.runtime.budgets import Rate, Rates


def serve(*arguments: str, environment: str | None = None) -> tuple[int, str]:
    result = CliRunner(env={"TASKTALK_RATES": environment}).invoke(main, ["serve", "--port", "1", *arguments])
    return result.exit_code, result.stderr


SUCH_AS = "to be off, or such as 100/hour (windows: second, minute, hour, day), got"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("craete=5/hour", "there is no rate 'craete'; did you mean create?"),
        ("xyz=5/hour", "there is no rate 'xyz'; there are create, update, list, comment, transfer, talk, upload"),
        ("create", "expected NAME=VALUE, such as create=100/hour, got 'create'"),
        ("create=5", f"expected create {SUCH_AS} '5'"),
        ("create=-5/hour", f"expected create {SUCH_AS} '-5/hour'"),
        ("create=5/week", f"expected create {SUCH_AS} '5/week'"),
        ("create=0/hour", "create: expected 1 to 1,000,000,000 in a day or less, got '0/hour'"),
        ("list=1000000001/day", "list: expected 1 to 1,000,000,000 in a day or less, got '1000000001/day'"),
    ],
)
def test_what_is_wrong_with_a_setting(setting: str, message: str) -> None:
    code, err = serve("--rate", setting)
    assert code == 2
    assert err.endswith(f"Error: Invalid value for '--rate': {message}\n")
    code, err = serve(environment=f"update=7/day,{setting}")
    assert code == 2
    assert err.endswith(f"Error: TASKTALK_RATES: {message}\n")


def test_how_rates_are_written() -> None:
    read = RATES.read(["create=1/second", "Update = 2 / Minute", "list=OFF", "comment=1000000000/day"])
    assert Rates(**read) == Rates(
        create=Rate(1, timedelta(seconds=1)),
        update=Rate(2, timedelta(minutes=1)),
        list=None,
        comment=Rate(1_000_000_000, timedelta(days=1)),
    )
