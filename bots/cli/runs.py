"""`tasktalk runs`: what bots have done for tasks, what they are doing, and how to stop it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tasktalk.bots.cli._steering import ACTOR, Listing, db_option, json_option, show, steer

if TYPE_CHECKING:
    from tasktalk.storage.database import Database

MOST_LISTED = 100
_TRIES = 20
_EXAMPLES = """\b
Examples:
  tasktalk runs                            the newest runs of all tasks
  tasktalk runs tsk_01k3v…                 those of one task
  tasktalk runs show run_01k3w…            what was said in it, and how it ended
  tasktalk runs cancel run_01k3w…          let it go on no further
"""
_reason = click.option("--reason", metavar="TEXT", help="Kept with the run.")


@click.group("runs", cls=Listing, epilog=_EXAMPLES)
def command() -> None:
    """Look at the runs of tasks, and cancel them.

    A run is one time that a bot does something for a task: because its schedule says so, because somebody asked for
    it, or because the task is assigned to the bot. Times are UTC.
    Without a command: list. `tasktalk runs list --help` shows its options.
    """


@command.command("list", epilog=_EXAMPLES)
@click.argument("task", required=False)
@json_option
@db_option
def listing(task: str | None, as_json: bool, db: str) -> None:
    """List runs, newest first, of all tasks or of one."""
    found = steer(db, lambda database: _newest(database, task))
    rows = [{name: row[name] for name in _LISTED} for row in found] if as_json else [_shown(row) for row in found]
    show(rows, as_json, "No task has run yet." if task is None else f"The task {task} has not run yet.")
    if len(found) >= MOST_LISTED:
        click.echo(f"There may be more: these {MOST_LISTED} are the newest.", err=True)


@command.command("show", epilog=_EXAMPLES)
@click.argument("run_id", metavar="ID")
@json_option
@db_option
def one(run_id: str, as_json: bool, db: str) -> None:
    """Show one run: why it was there, what was said in it, and how it ended."""
    row, messages = steer(db, lambda database: _one(database, run_id))
    said = [{"at": each["created_at"], "text": each["text"]} for each in messages]
    if as_json:
        plain = [{**each, "at": each["at"].isoformat()} for each in said]
        show([{**{name: row[name] for name in _LISTED}, "messages": plain}], as_json, "")
        return
    for name, value in _told(row).items():
        if value is not None:
            click.echo(f"{name + ':':<13}{value}")
    click.echo()
    show(said, as_json, "Nothing was said in it.")


@command.command("cancel", epilog=_EXAMPLES)
@click.argument("run_id", metavar="ID")
@_reason
@db_option
def cancel(run_id: str, reason: str | None, db: str) -> None:
    """End a run, be it under way or still waiting for its turn. What it has done so far stays."""
    from tasktalk.storage.writes import Conflict

    try:
        was_over = steer(db, lambda database: _cancel(database, run_id, reason), is_change=True)
    except Conflict:
        raise click.ClickException("the run never stood still: try it again") from None
    click.echo(f"The run {run_id} was over already." if was_over else f"The run {run_id} is cancelled.")


_LISTED = (
    *("id", "task_id", "task", "bot", "script", "cause", "status", "attempt", "planned_at", "started_at", "ended_at"),
    *("begins_at", "ends_by", "missed", "reason", "result", "error", "conversation_id"),
)


async def _newest(database: "Database", task: str | None) -> Sequence[Mapping[str, Any]]:
    from tasktalk.interpreter.errors import Refused
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.work import UnitOfWork
    from tasktalk.storage import runs, tasks

    task_id = None if task is None else await UnitOfWork(database, RealClock().now()).task_id(task)
    async with database.read() as reader:
        if task_id is not None and await tasks.by_id(reader, task_id) is None:
            raise Refused("task_not_found", f"there is no task {task}")
        return await runs.newest(reader, MOST_LISTED, task_id)


async def _one(database: "Database", run_id: str) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    from tasktalk.interpreter.errors import Refused
    from tasktalk.storage import runs

    async with database.read() as reader:
        found = await runs.with_task(reader, run_id)
        if found is None:
            raise Refused("run_not_found", f"there is no run {run_id}: tasktalk runs lists them")
        return found, await runs.messages(reader, found)


async def _cancel(database: "Database", run_id: str, reason: str | None) -> bool:
    """Whether it was over already."""
    from tasktalk.runtime.clock import RealClock
    from tasktalk.runtime.runs.ends import cancel as cancel_run
    from tasktalk.runtime.tasks.model import Actor
    from tasktalk.runtime.work import UnitOfWork
    from tasktalk.storage.writes import Conflict

    for left in reversed(range(_TRIES)):
        row, _ = await _one(database, run_id)
        if row["ended_at"] is not None:
            return True
        work = UnitOfWork(database, RealClock().now())
        await cancel_run(work, Actor(ACTOR, row["organisation_id"] or "", "command"), row, reason)
        try:
            await work.commit()
        except Conflict:
            if not left:
                raise
        else:
            break
    return False


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    from tasktalk.runtime.tasks.model import spelled

    return {
        "id": row["id"],
        "task": row["task"] or spelled(row["task_id"]),
        "bot": row["bot"],
        "cause": row["cause"],
        "status": row["status"],
        "planned": row["planned_at"],
        "started": row["started_at"],
        "ended": row["ended_at"],
        "reason": row["reason"],
    }


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    from tasktalk.runtime.tasks.model import spelled

    moments = {name: row[name] and f"{row[name]:%Y-%m-%d %H:%M:%S}" for name in _MOMENTS}
    error = row["error"] or {}
    where = f"{error['script']}, line {error['line']}" if error.get("script") and error.get("line") else None
    return {
        "run": row["id"],
        "task": f"{spelled(row['task_id'])} {row['task'] or '(deleted)'}",
        "bot": f"{row['bot']}, {row['script']}" if row["bot"] else None,
        "because of": row["cause"],
        "status": row["status"],
        "attempt": row["attempt"] if row["attempt"] > 1 else None,
        "planned": moments["planned_at"],
        "started": moments["started_at"],
        "ended": moments["ended_at"],
        "again at": moments["begins_at"] if row["attempt"] > 1 else None,
        "ends by": moments["ends_by"] if row["ended_at"] is None else None,
        "reason": row["reason"],
        "error": error.get("message"),
        "in": where,
        "result": (row["result"] or {}).get("value"),
    }


_MOMENTS = ("planned_at", "started_at", "ended_at", "begins_at", "ends_by")
