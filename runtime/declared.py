"""The schedules of scripts: what SET SCHEDULE says, at a script's top level or in a talk, and the rows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Diagnostic, Refused
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.values import text
from tasktalk.runtime.cron import looks_like_cron
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.policies import Policy, policy
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.runtime.schedules import parse
from tasktalk.storage.writes import Row

UTC_ZONE = "UTC"
CLAUSES = ("misfire", "overlap", "jitter", "starts", "ends")
"""The values of SET SCHEDULE that say how its times become runs."""

_PLAIN = Policy()


@dataclass(frozen=True, slots=True)
class Declared:
    """One schedule: which script runs when, and with what."""

    script: str
    spec: str
    timezone: str = UTC_ZONE
    arguments: Sequence[Any] = ()
    policy: Policy = _PLAIN

    @property
    def key(self) -> str:
        """Equal for schedules that are the same."""
        return repr((self.script, self.spec, self.timezone, list(self.arguments), self.policy))


def declared(program: Program) -> tuple[list[Declared], list[Diagnostic]]:
    """The script's schedules, and what is wrong with those that are none."""
    found: list[Declared] = []
    problems: list[Diagnostic] = []
    for phrase, values, span, *_ in program.declarations:
        if phrase != "SET SCHEDULE":
            continue
        given_spec, script = without_name(values["spec"], values.get("script"))
        spec, timezone = spec_text(given_spec), str(values.get("timezone") or UTC_ZONE)
        try:
            parse(spec, timezone)
            how = policy(None, timezone, **{name: values.get(name) for name in CLAUSES})
        except Refused as refused:
            problems.append(Diagnostic(refused.code, refused.message, span, refused.hint))
            continue
        given = values.get("arguments")
        arguments = [plain(argument) for argument in given] if isinstance(given, list | tuple) else []
        found.append(Declared(script_name(script, program.name), spec, timezone, arguments, how))
    return found, problems


def without_name(spec: Any, script: Any) -> tuple[Any, Any]:
    """Times and script: in `SET SCHEDULE "nightly", "0 2 * * *"` the first is only what the schedule is called."""
    is_named = isinstance(script, str) and looks_like_cron(script) and not looks_like_cron(str(spec))
    return (script, None) if is_named else (spec, script)


def spec_text(spec: Any) -> str:
    """The words of a schedule; a date stands for its moment."""
    return spec.isoformat() if isinstance(spec, datetime) else text(spec).strip()


def script_name(given: Any, own: str) -> str:
    """The script that is to run: the one that is named, else the script itself."""
    name = str(given or own).strip()
    return name if name.lower().endswith(".bas") else name + ".bas"


def schedule_row(
    item: Declared, bot: str, now: datetime, conversation_id: str | None = None, *, is_declared: bool = False
) -> dict[str, Any]:
    """The row of a new schedule. Raises Refused for a spec that means nothing."""
    return new_schedule(
        now,
        item.spec,
        item.timezone,
        item.script,
        bot,
        item.policy,
        arguments=item.arguments,
        conversation_id=conversation_id,
        is_declared=is_declared,
    )


def declared_in(row: Row) -> Declared:
    """The schedule that a row holds."""
    return Declared(row["script"], row["spec"], row["timezone"], row["arguments"], Policy.of(row))
