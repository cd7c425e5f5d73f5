"""`--dialect NAME=WORD` and TASKTALK_DIALECTS: what the host decides about the interfaces for tasks."""

from tasktalk.bots.cli._settings import Settings
from tasktalk.bots.dialects.settings import WORDS, settings


def _value(name: str, written: str) -> str:
    if written.lower() not in WORDS[name]:
        raise ValueError(f"expected {name} to be {' or '.join(WORDS[name])}, got {written!r}")
    return written.lower()


DIALECTS = Settings(
    "--dialect",
    "TASKTALK_DIALECTS",
    "setting of a dialect",
    "chatbotkit.session_duration_over_max=clamp",
    WORDS,
    _value,
    lambda **words: settings(words),
)
