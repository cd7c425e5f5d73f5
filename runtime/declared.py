"""The schedules of scripts: what SET SCHEDULE says, at a script's top level or in a talk, and the rows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Diagnostic, Refused
from tasktalk.interpreter.program import Program
from tasktalk.runtime.cron import looks_like_cron
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.schedules import next_time, parse
from tasktalk.storage.writes import Row

UTC_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Declared:
    """One schedule: which script runs when, and with what."""

    script: str
    spec: str
    timezone: str = UTC_ZONE
    arguments: Sequence[Any] = ()

    @property
    def key(self) -> str:
        """Equal for schedules that are the same."""
        return repr((self.script, self.spec, self.timezone, list(self.arguments)))


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
        except Refused as refused:
            problems.append(Diagnostic(refused.code, refused.message, span, refused.hint))
            continue
        given = values.get("arguments")
        arguments = [plain(argument) for argument in given] if isinstance(given, list | tuple) else []
        found.append(Declared(script_name(script, program.name), spec, timezone, arguments))
    return found, problems


def without_name(spec: Any, script: Any) -> tuple[Any, Any]:
    """Times and script: in `SET SCHEDULE "nightly", "0 2 * * *"` the first is only what the schedule is called."""
    is_named = isinstance(script, str) and looks_like_cron(script) and not looks_like_cron(str(spec))
    return (script, None) if is_named else (spec, script)


def spec_text(spec: Any) -> str:
    """The words of a schedule; a date stands for its moment."""
    return spec.isoformat() if isinstance(spec, datetime) else str(spec).strip()


def script_name(given: Any, own: str) -> str:
    """The script that is to run: the one that is named, else the script itself."""
    name = str(given or own).strip()
    return name if name.lower().endswith(".bas") else name + ".bas"


def schedule_row(item: Declared, bot: str, now: datetime, conversation_id: str | None = None) -> dict[str, Any]:
    """The row of a new schedule. Raises Refused for a spec that means nothing."""
    return {
        "id": new_id("sch", now),
        "organisation_id": None,
        "task_id": None,
        "conversation_id": conversation_id,
        "bot": bot,
        "script": item.script,
        "spec": item.spec,
        "timezone": item.timezone,
        "arguments": list(item.arguments),
        "next_run_at": next_time(item.spec, now, item.timezone),
        "is_declared": False,
        "version": 1,
        "created_at": now,
    }


def declared_in(row: Row) -> Declared:
    """The schedule that a row holds."""
    return Declared(row["script"], row["spec"], row["timezone"], row["arguments"])
