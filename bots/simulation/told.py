"""Reads from the rows of a simulation what happened in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from tasktalk.bots.simulation.calendar import Entry, Kind
from tasktalk.runtime.ports import Letter
from tasktalk.runtime.reasons import skip_verdict
from tasktalk.storage import happenings
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row

_PAGE = 1000
_LATE = timedelta(minutes=1)
_WORSE: Mapping[str, Kind] = {"failed": "failed", "timed_out": "failed", "skipped": "skipped", "cancelled": "skipped"}
_WORDS = {"timed_out": "its time was up", "queued": "stands in line", "held": "is held back"}
_UNSEEN = {"is_overdue", "version", "updated_at"}


Mail: TypeAlias = tuple[datetime, Letter]
"""When it was sent, and what."""


async def told(database: Database, mails: Sequence[Mail]) -> list[Entry]:
    """Everything that the rows tell, in no order, and of whose tasks the mails were: each is a notification's."""
    found: list[Entry] = []
    bots: dict[str, str | None] = {}
    for kind, read in _READ.items():
        after = ""
        while True:
            async with database.read() as reader:
                rows = await happenings.page(reader, kind, after, _PAGE)
            for row in rows:
                found += read(row)
                if kind == "notification":
                    bots[row["id"]] = _bot(row)
            if len(rows) < _PAGE:
                break
            after = rows[-1]["id"]
    return [*found, *(_mail(at, letter, bots.get(letter.id)) for at, letter in mails)]


def _run(row: Row) -> Iterator[Entry]:
    status: str = row["status"]
    planned, began = row["planned_at"], row["started_at"] or row["ended_at"] or row["created_at"]
    text = _WORDS.get(status, status)
    if row["cause"] not in ("schedule", "trigger"):
        text = f"{row['cause']}: {text}"
    if why := _why(row):
        text += f": {why}"
    if row["cause"] == "schedule" and began - planned >= _LATE:
        text += f", planned for {planned:%H:%M}"
    subject = row["script"] if row["title"] is None else f'{row["script"]} for "{row["title"]}"'
    # A time that was skipped because it was missed is one that had no run, as are those before it.
    missed = row["missed"] + (status == "skipped" and began - planned >= _LATE)
    yield Entry(began, _WORSE.get(status, "run"), row["bot"], subject, text, planned, missed)


def _why(row: Row) -> str:
    reason, error = row["reason"], row["error"]
    if row["status"] == "skipped" and skip_verdict(reason) == "overlap":
        return "the run before was not over"  # which run, the reason says: no two would be alike
    return str(reason or (error.get("message", "") if isinstance(error, Mapping) else ""))


def _message(row: Row) -> Iterator[Entry]:
    to = row["title"] or row["name"] or row["address"]
    yield Entry(row["created_at"], "message", row["bot"], f"{row['channel']} {to}", row["text"])


def _event(row: Row) -> Iterator[Entry]:
    title, kind = row["title"] or row["subject_id"], row["kind"]
    if kind == "task_overdue":
        yield Entry(row["created_at"], "overdue", _bot(row), title, "is overdue")
        return
    changes = {name: pair for name, pair in row["changes"].items() if name not in _UNSEEN}
    what = kind.removeprefix("task_").replace("_", " ")
    if "status" in changes and kind != "task_created":
        what = f"{changes['status'][0]} to {changes['status'][1]}"
    elif what == "updated" and changes:
        what = f"changed: {', '.join(sorted(changes)).replace('_', ' ')}"
    yield Entry(row["created_at"], "task", _bot(row), title, what)


def _notification(row: Row) -> Iterator[Entry]:
    kind = (row["kind"] or "").removeprefix("task_").replace("_", " ")
    text = row["text"] or f"{row['title'] or 'a task'} {kind}".strip()
    yield Entry(row["created_at"], "notification", _bot(row), f"{row['name'] or 'somebody'} ({row['channel']})", text)


def _bot(row: Row) -> str | None:
    """Whose the task is: of the bot that runs for it, or whose script has made it."""
    found: str | None = row["bot"] or (row["origin"] or {}).get("bot_id")
    return found


def _mail(at: datetime, letter: Letter, bot: str | None) -> Entry:
    return Entry(at, "mail", bot, "", f"to {letter.address}: {letter.subject}")


_READ: Mapping[str, Callable[[Row], Iterator[Entry]]] = {
    "run": _run,
    "message": _message,
    "event": _event,
    "notification": _notification,
}
