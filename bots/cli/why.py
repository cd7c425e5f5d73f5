"""`tasktalk why`: why something runs when it does, and why it did not run."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._steering import MOST_LISTED, check_name, db_option, steer
from tasktalk.bots.cli._years import YEARS

if TYPE_CHECKING:
    from tasktalk.storage.database import Database, Reader
    from tasktalk.storage.writes import Row

_MOST = 50
_EXAMPLES = """\b
Examples:
  tasktalk why tsk_0k3v…                               its next times, each with its reason
  tasktalk why tsk_0k3v… --at 2026-03-29T02:30         why it ran then, or did not
  tasktalk why reports/daily --at "2026-03-01 08:00"   the schedules of a script
"""


class _Moment(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a time such as 2026-03-01T08:00, got {value!r}")
        if found.year not in YEARS:
            self.fail(f"expected a time of the years {YEARS[0]} to {YEARS[-1]}, got {value!r}")
        return found


@click.command("why", epilog=_EXAMPLES)
@click.argument("name", metavar="TASK|BOT/SCRIPT")
@click.option("--at", type=_Moment(), metavar="TIME", help="In the schedule's time zone, unless it says another one.")
@click.option(
    "--count", default=5, show_default=True, type=click.IntRange(1, _MOST), metavar="N", help="Of next times."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: one object for each schedule.")
@db_option
def command(name: str, at: datetime | None, count: int, as_json: bool, db: str) -> None:
    """Show when a task or a script runs next and why, or why it did not run at some time.

    A script's own schedules are named by BOT/SCRIPT. Nothing is changed; a server may run meanwhile.

    Ends with 0; with 1 where there is no such task, script or schedule.
    """
    found = steer(db, lambda database: _found(database, name, at, count))
    for record in found:
        click.echo(json.dumps(record, ensure_ascii=False) if as_json else _text(record))
    if len(found) >= MOST_LISTED:
        click.echo("There may be more: tasktalk schedules lists them all.", err=True)


async def _found(database: "Database", name: str, at: datetime | None, count: int) -> Sequence[dict[str, Any]]:
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.work import UnitOfWork
    from tasktalk.storage import explaining, tasks

    now = RealClock().now()
    task_id = await UnitOfWork(database, now).task_id(name)
    async with database.read() as reader:
        task = await tasks.by_id(reader, task_id)
        if task is not None:
            rows = await explaining.schedules_of_task(reader, task["id"])
        elif "/" in name:
            rows = await _of_script(reader, name)
        else:
            raise click.ClickException(await _no_task(reader, name, task_id))
        if not rows:
            at_all = "its bot picks it up, or RUN TASK starts it" if task and task["bot"] else "it has no bot"
            raise click.ClickException(f"the task {name} has no schedule, so it runs at no time: {at_all}")
        return [await _record(reader, row, task, at, now, count) for row in rows]


async def _of_script(reader: "Reader", name: str) -> "Sequence[Row]":
    from tasktalk.storage import explaining, names

    bot, _, script = name.partition("/")
    file = script if script.lower().endswith(".bas") else f"{script}.bas"
    rows = await explaining.schedules_of_script(reader, bot, file, MOST_LISTED)
    if not rows:
        check_name("bot", bot, await names.bots(reader))
        check_name("schedule of a script", file, await explaining.scripts_with_schedules(reader, bot))
    return rows


async def _no_task(reader: "Reader", name: str, task_id: str) -> str:
    from tasktalk.storage import explaining

    event = await explaining.deletion(reader, task_id)
    if event is None:
        return f"there is no task {name}: give its id, or BOT/SCRIPT for a script's own schedule"
    return f"the task {name} was deleted {event['created_at']:%Y-%m-%d %H:%M} UTC by {event['actor']}: it runs no more"


async def _record(
    reader: "Reader", row: "Row", task: "Row | None", at: datetime | None, now: datetime, count: int
) -> dict[str, Any]:
    from tasktalk.runtime import inquiry, reasons
    from tasktalk.runtime.tasks.model import spelled
    from tasktalk.storage import explaining

    record: dict[str, Any] = {
        "schedule_id": row["id"],
        "task_id": row["task_id"] and spelled(row["task_id"]),
        "title": None if task is None else task["title"],
        "bot": row["bot"],
        "script": row["script"],
        "conversation_id": row["conversation_id"],
        "schedule": reasons.described(row),
        "timezone": row["timezone"],
    }
    if at is None:
        last = await explaining.last_run(reader, row["id"])
        times = list(reasons.upcoming(row, now, count))
        record["next"] = [{"at": each.at.isoformat(), "reason": each.reason} for each in times]
        record["none"] = reasons.why_none(row, task) or reasons.without_bot(task)
        if last is not None:
            record["last"] = {
                "planned_at": last["planned_at"].isoformat(),
                "status": last["status"],
                "reason": last["reason"],
            }
        return record
    facts = await inquiry.facts(reader, row, task, reasons.named(row, at), now)
    explained = reasons.explain(facts)
    on_wall = reasons.missing_on_wall(row, at)
    return record | {
        "at": facts.at.isoformat(),
        "verdict": explained.verdict,
        "sentences": [*([on_wall] if on_wall else []), *explained.sentences],
        "run_id": None if facts.run is None else facts.run["id"],
    }


def _text(record: Mapping[str, Any]) -> str:
    what = f'"{record["title"]}" ({record["task_id"]})' if record["task_id"] else f"{record['bot']}/{record['script']}"
    if record["conversation_id"]:
        what += f" in the talk {record['conversation_id']}"
    lines = [f"{what}: {record['schedule']}"]
    if "at" in record:
        lines.append(f"{_time(record['at'])} UTC: {record['verdict']}")
        return "\n".join([*lines, *(f"  {sentence}" for sentence in record["sentences"])])
    if record["next"]:
        lines.append("Next, in UTC:")
        lines += [f"  {_time(each['at'])}  {each['reason']}" for each in record["next"]]
    if record["none"]:
        lines.append(record["none"])
    if last := record.get("last"):
        why = f": {last['reason']}" if last["reason"] else ""
        lines.append(f"The last one, {_time(last['planned_at'])}, is {last['status']}{why}.")
    return "\n".join(lines)


def _time(written: str) -> str:
    moment = datetime.fromisoformat(written)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"
