"""`--rate NAME=COUNT/WINDOW` and TASKTALK_RATES: how often each user may do something at the tasks API."""

import re

from tasktalk.bots.cli._settings import Settings
from tasktalk.runtime.budgets import KINDS, WINDOWS, Rate, Rates


def _value(name: str, written: str) -> Rate | None:
    if written.lower() == "off":
        return None
    match = re.fullmatch(r"(\d{1,18}) ?/ ?([a-z]+)", written.lower(), re.ASCII)
    if match is None or match[2] not in WINDOWS:
        windows = ", ".join(WINDOWS)
        raise ValueError(f"expected {name} to be off, or such as 100/hour (windows: {windows}), got {written!r}")
    try:
        return Rate(int(match[1]), WINDOWS[match[2]])
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}, got {written!r}") from None


RATES = Settings("--rate", "TASKTALK_RATES", "rate", "create=100/hour", KINDS, _value, Rates)
