"""The schedules that a script writes out, and when they come: what `check` can say of them before anything runs."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tasktalk.interpreter.errors import Diagnostic, Refused, Span
from tasktalk.interpreter.nodes import Argument, Command, Procedure, Script, Text
from tasktalk.interpreter.resolver.scopes import walk
from tasktalk.runtime.declared import without_name
from tasktalk.runtime.schedules import next_time

_FORMAT = "%a %Y-%m-%d %H:%M:%S"


class Schedule(NamedTuple):
    """One SET SCHEDULE whose times are written out; `zone_span` is the place of the time zone, if one is named."""

    spec: str
    timezone: str
    span: Span
    zone_span: Span

    def fault(self, now: datetime) -> Diagnostic | None:
        """What is wrong with it."""
        try:
            next_time(self.spec, now, self.timezone)
        except Refused as refused:
            span = self.zone_span if refused.code == "invalid-timezone" else self.span
            return Diagnostic(refused.code, refused.message, span, refused.hint)
        return None

    def times(self, now: datetime, count: int = 5) -> list[str]:
        """Its next times as its own zone's clocks show them, fewer where no more come; none when there is a fault."""
        out: list[str] = []
        moment: datetime | None = now
        while moment is not None and len(out) < count and self.fault(now) is None:
            moment = next_time(self.spec, moment, self.timezone)
            if moment is not None:
                out.append(f"{moment.astimezone(ZoneInfo(self.timezone)).strftime(_FORMAT)} {self.timezone}")
        return out


def schedules(script: Script) -> Iterator[Schedule]:
    """In the order of the script; those whose words are only known when it runs are left out."""
    bodies = [script.body, *(s.body for s in script.body if isinstance(s, Procedure))]
    for node in (n for body in bodies for n in walk(body)):
        if isinstance(node, Command) and node.phrase == "SET SCHEDULE" and node.arguments:
            first = node.arguments[0]
            spec, second = constant(first), constant(node.arguments[1]) if len(node.arguments) > 1 else None
            if without_name(spec, second)[0] is not spec:
                first, spec = node.arguments[1], second
            zone: Argument | None = next(
                (c.arguments[0] for c in node.clauses if c.word == "TIMEZONE" and c.arguments), None
            )
            timezone = "UTC" if zone is None else constant(zone)
            if spec is not None and timezone is not None:
                span = first.span
                yield Schedule(spec, timezone, span, span if zone is None else zone.span)


def constant(argument: Argument) -> str | None:
    """The text, where it is written out."""
    if isinstance(argument, Text) and all(isinstance(part, str) for part in argument.parts):
        return "".join(part for part in argument.parts if isinstance(part, str))
    return None
