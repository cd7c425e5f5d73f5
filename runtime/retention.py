"""How long what is past is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

_DAY = timedelta(days=1)


class Term(NamedTuple):
    """What a setting is about, and the least that it can be."""

    meaning: str
    least: timedelta


def _term(default: timedelta | None, meaning: str, least: timedelta = _DAY) -> Any:
    return field(default=default, metadata={"term": Term(meaning, least)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long each kind of thing stays when nothing needs it any more; None is for ever. ValueError for too short.

    Of most things a day stays at least: as long as a provider may deliver something again.
    """

    messages: timedelta | None = _term(None, "messages that were heard or delivered")
    events: timedelta | None = _term(None, "the record of what changed")
    sessions: timedelta | None = _term(30 * _DAY, "talks with a script that have ended")
    runs: timedelta | None = _term(30 * _DAY, "runs of schedules, tasks and handlers that have ended")
    memories: timedelta | None = _term(timedelta(), "what a bot was to forget by then", timedelta())
    programs: timedelta | None = _term(30 * _DAY, "older versions of scripts that no talk needs")

    def __post_init__(self) -> None:
        for name, term in TERMS.items():
            value: timedelta | None = getattr(self, name)
            if value is not None and value < term.least:
                raise ValueError(f"expected {name} to be kept for a day or longer")


TERMS: dict[str, Term] = {name: f.metadata["term"] for name, f in Keep.__dataclass_fields__.items()}
"""The settings by name."""

OF_REQUESTS: Mapping[str, timedelta] = {"budgets": _DAY, "answers": _DAY}
"""What nobody sets: no window of a budget is longer, and for so long an answer is given again."""
