"""The times that a script writes out, and when they come: what `check` can say of them before anything runs."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tasktalk.interpreter.errors import Diagnostic, Refused, Span
from tasktalk.interpreter.nodes import (
    Argument,
    Call,
    Command,
    Do,
    Name,
    Number,
    Procedure,
    Script,
    Text,
    Unary,
)
from tasktalk.interpreter.resolver.scopes import walk
from tasktalk.runtime.declared import CLAUSES, without_name
from tasktalk.runtime.durations import length
from tasktalk.runtime.keywords.wait import until_words
from tasktalk.runtime.policies import policy
from tasktalk.runtime.schedules import dated, next_time
from tasktalk.runtime.tasks.due import iso

_FORMAT = "%a %Y-%m-%d %H:%M:%S"
_SPECS = {"SET SCHEDULE": 0, "SCHEDULE TASK": 1, "SET TASK SCHEDULE": 1}
"""The place of the times among the values of a command."""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class Schedule(NamedTuple):
    """One schedule whose times are written out; `zone_span` is the place of the time zone, if one is named.

    `is_own` where it stands at the top level, and so is the script's own. `clauses` are those that say how its times
    become runs, with their places, where they are written out.
    """

    spec: str
    timezone: str
    span: Span
    zone_span: Span
    is_own: bool = True
    clauses: Mapping[str, tuple[str, Span]] = {}

    def fault(self, now: datetime) -> Diagnostic | None:
        """What is wrong with it."""
        try:
            next_time(self._spec(now), now, self.timezone)
        except Refused as refused:
            span = self.zone_span if refused.code == "invalid-timezone" else self.span
            return Diagnostic(refused.code, refused.message, span, refused.hint)
        given: dict[str, str] = {}
        for name, (value, span) in self.clauses.items():
            try:
                policy(None if self.is_own else now, self.timezone, **(given := {**given, name: value}))
            except Refused as refused:
                return Diagnostic(refused.code, refused.message, span, refused.hint)
        return None

    def times(self, now: datetime, count: int = 5) -> list[str]:
        """Its next times as its own zone's clocks show them, fewer where no more come; none when there is a fault."""
        out: list[str] = []
        moment: datetime | None = now
        while moment is not None and len(out) < count and self.fault(now) is None:
            moment = next_time(self._spec(now), moment, self.timezone)
            if moment is not None:
                out.append(f"{moment.astimezone(ZoneInfo(self.timezone)).strftime(_FORMAT)} {self.timezone}")
        return out

    def _spec(self, now: datetime) -> str:
        return self.spec if self.is_own else dated(self.spec, now, self.timezone)


def schedules(script: Script) -> Iterator[Schedule]:
    """In the order of the script; those whose words are only known when it runs are left out."""
    for node in commands(script):
        place = _SPECS.get(node.phrase)
        if place is not None and len(node.arguments) > place:
            first = node.arguments[place]
            spec, second = constant(first), constant(node.arguments[1]) if len(node.arguments) > 1 else None
            if not place and without_name(spec, second)[0] is not spec:
                first, spec = node.arguments[1], second
            zone: Argument | None = next(
                (c.arguments[0] for c in node.clauses if c.word == "TIMEZONE" and c.arguments), None
            )
            timezone = "UTC" if zone is None else constant(zone)
            if spec is not None and timezone is not None:
                span = first.span
                is_own = not place and any(isinstance(s, Do) and s.value is node for s in script.body)
                zone_span = span if zone is None else zone.span
                yield Schedule(spec, timezone, span, zone_span, is_own, _clauses(node))


def _clauses(node: Command) -> dict[str, tuple[str, Span]]:
    found = {}
    for clause in node.clauses:
        if (name := clause.word.lower()) in CLAUSES and clause.arguments:
            given = clause.arguments[0]
            is_word = isinstance(given, Name) and name in {"misfire", "overlap"}
            value = given.name if is_word and isinstance(given, Name) else _number(given) or constant(given)
            if value is not None:
                found[name] = (value, given.span)
    return found


def _number(argument: Argument) -> str | None:
    """A number that is written out, as text."""
    if isinstance(argument, Unary) and argument.operator == "-" and isinstance(argument.operand, Number):
        return f"-{argument.operand.value}"
    return str(argument.value) if isinstance(argument, Number) else None


def waits(script: Script) -> Iterator[Diagnostic]:
    """Every WAIT whose words can never be read as a length of time or a moment."""
    for command in commands(script):
        text = constant(command.arguments[0]) if command.arguments and command.phrase in _WAITS else None
        try:
            if text is not None:
                _WAITS[command.phrase](text)
        except Refused as refused:
            yield Diagnostic(refused.code, refused.message, command.arguments[0].span, refused.hint)


_WAITS: Mapping[str, Callable[[str], object]] = {
    "WAIT": lambda text: length("WAIT", text),
    "WAIT UNTIL": lambda text: iso(text.strip()) or until_words(text, _ANY_TIME),
}


def commands(script: Script) -> Iterator[Command]:
    """Its commands, by place, those of its procedures too; CREATE_TASK("Call") is one as CREATE TASK "Call" is."""
    procedures = [statement for statement in script.body if isinstance(statement, Procedure)]
    own = {procedure.name.name.upper() for procedure in procedures}
    found: list[Command] = []
    for body in (script.body, *(procedure.body for procedure in procedures)):
        for node in walk(body):
            if isinstance(node, Command):
                found.append(node)
            elif isinstance(node, Call) and isinstance(node.function, Name) and node.function.name.upper() not in own:
                phrase = node.function.name.upper().replace("_", " ")
                separators = "," * (len(node.arguments) - 1)
                found.append(Command(phrase, node.arguments, separators, [], "call", node.span, node.function.span))
    return iter(sorted(found, key=lambda command: command.span))


def constant(argument: Argument) -> str | None:
    """The text, where it is written out."""
    if isinstance(argument, Text) and all(isinstance(part, str) for part in argument.parts):
        return "".join(part for part in argument.parts if isinstance(part, str))
    return None
