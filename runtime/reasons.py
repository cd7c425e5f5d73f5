"""Why a schedule runs when it does, and why it did not run at some moment. It only explains: rows in, sentences out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.cron import at_wall, next_cron
from tasktalk.runtime.due_times import GRACE, MISSED, PAUSED, TOO_MANY
from tasktalk.runtime.schedules import Cron, Interval, Months, Never, Once, Spec, parse, zone_named
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.runtime.timetable import Timetable
from tasktalk.storage.writes import Row

_UTC = ZoneInfo("UTC")
_INSTANT = timedelta.resolution
_MINUTE = timedelta(minutes=1)
_VERDICTS = {MISSED: "missed", TOO_MANY: "missed", PAUSED: "paused"}
_BY_WORDS = {"was not over": "overlap", "no bot": "no-bot", "a day": "quota"}  # what else a run's reason may say
_RAN = {
    "completed": "It ran: the run began {began} and completed {ended}.",
    "running": "It runs: the run began {began} and has not ended.",
    "queued": "Its run stands in line since {made}: it begins as soon as the runs before it have ended.",
    "held": "Its run is held back: a person has the conversation, and it begins once they give it back.",
    "failed": "It ran and failed {ended}: {reason}.",
    "timed_out": "It ran, and its time was up {ended}: {reason}.",
    "cancelled": "Its run was cancelled {ended}: {reason}.",
    "skipped": "It did not run: {reason}.",
}


@dataclass(frozen=True, slots=True)
class Next:
    """A time to come, and why it is one."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one moment: the schedule's row and its task's, the run of the due time `due` that it means, the
    first run planned after it, and the one whose end the schedule waits for; `process`, which has to do what is left to
    do, where several share the database, with `seen_at`. Each is None where there is none."""

    now: datetime
    at: datetime
    schedule: Row
    task: Row | None = None
    due: datetime | None = None
    run: Row | None = None
    later: Row | None = None
    held_by: Row | None = None
    process: Row | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened at a moment: one word for programs, sentences for people."""

    verdict: str
    sentences: Sequence[str]


def described(row: Row) -> str:
    """When a schedule runs, as its author wrote it, with what its times count from or follow."""
    words = str(row["words"] or row["spec"])
    zone = "" if row["timezone"] == "UTC" else f", {row['timezone']}"
    match _meant(row):
        case Interval() | Months():
            return f"{words}, counted from {_utc(row['anchored_at'] or row['created_at'])}{zone}"
        case Once():
            return f"{words}, once{zone}"
        case None:
            return f"{words}, which means nothing any more"
    return f"{words}{zone}"


def upcoming(row: Row, now: datetime, count: int) -> Iterator[Next]:
    """The next times, at most so many, each with its reason; the first may have come, and nothing of it yet."""
    if _meant(row) is None or row["next_run_at"] is None or row["is_paused"]:
        return
    times, moment = Timetable.of(row), row["next_run_at"]
    for _ in range(count):
        if moment is None:
            return
        yield Next(moment, ", ".join(_reasons(row, times, moment, now)))
        moment = times.after(max(moment, now))


def _reasons(row: Row, times: Timetable, moment: datetime, now: datetime) -> Iterator[str]:
    yield described(row)
    if moved := clock_change(row, moment):
        yield moved
    if moment <= now and row["held_by"] is None:
        yield "it is due, and nobody has looked yet"
    if row["held_by"] is not None and moment == row["next_run_at"]:
        yield "it waits for the end of the run before"
    if times.policy.jitter_seconds:
        yield f"it begins {times.fires_at(moment):%H:%M:%S}, spread over {times.policy.jitter_seconds} seconds"


def why_none(row: Row, task: Row | None) -> str | None:
    """Why no time is to come; None where one is."""
    if row["is_paused"]:
        return "The schedule is paused: it runs at none of its times until it is resumed."
    if row["next_run_at"] is not None:
        return None
    if task is not None and task["status"] in TERMINAL:
        return f"The task has ended: it is {task['status']}. It goes on when it is opened again."
    meant = _meant(row)
    if isinstance(meant, Never):
        return "The schedule says never: it runs when somebody asks for it."
    if isinstance(meant, Once) and meant.at <= (row["anchored_at"] or row["created_at"]):
        return (
            f"Its one time, {_utc(meant.at)}, was past already when the schedule was made: it has never run by itself,"
            " and will not. Give it a time to come."
        )
    if row["ends_at"] is not None:
        return f"The schedule has ended: it runs until {_utc(row['ends_at'])}."
    return "The schedule has no time to come: its last one is past."


def without_bot(task: Row | None) -> str | None:
    """Why the times to come make no run, as far as that is known; None where they do."""
    if task is None or task["bot"] is not None:
        return None
    return "The task has no bot to run it: at none of its times will it run until it is assigned to one."


def clock_change(row: Row, moment: datetime) -> str | None:
    """How a change of the clocks bears on a time of the schedule; None where it does not."""
    meant, zone = _meant(row), zone_named(row["timezone"])
    if not isinstance(meant, Cron):
        return None
    local = moment.astimezone(zone)
    day = f"{local.day} {local:%B}"
    if not any(_on_wall(expression, local) for expression in meant.expressions):
        return f"the clock change of {day} moves it to {local:%H:%M}: the time it is for does not exist that day"
    again = local.replace(fold=1 - local.fold)
    if again.utcoffset() != local.utcoffset() and _exists(again) and local.fold == 0:
        return f"{local:%H:%M} comes twice on {day}, and this is the first"
    return None


def due_time(row: Row, at: datetime) -> datetime | None:
    """The time of the schedule that is meant by a moment, given by the minute or the second; None where it has none."""
    if _meant(row) is None:
        return None
    times = Timetable.of(row)
    found = times.after(at - _INSTANT)
    until = at + (_MINUTE if at.second == 0 and at.microsecond == 0 else timedelta(seconds=1))
    return found if found is not None and found < until else None


def named(row: Row, written: datetime) -> datetime:
    """The moment that is meant by a time; one without a zone is of the schedule's."""
    return written.astimezone(UTC) if written.tzinfo else at_wall(written, zone_named(row["timezone"]))


def explain(facts: Facts) -> Explanation:
    """Why the schedule ran at a moment, or why it did not."""
    row, run = facts.schedule, facts.run
    if run is not None:
        return _of_run(row, run, facts.process)
    if facts.due is None:
        return _not_due(facts)
    if facts.due > facts.now:
        none = why_none(row, facts.task)
        if none is not None:
            return Explanation("paused" if row["is_paused"] else "ended", [none])
        keeps = without_bot(facts.task)
        told = f"That is still to come: {_first(row, facts.due)}."
        return Explanation("no-bot" if keeps else "to-come", [told, *([keeps] if keeps else [])])
    return _without_run(facts, facts.due)


def skip_verdict(reason: str | None) -> str:
    """Why a time had no run, in one word: missed, paused, overlap, no-bot, quota, or skipped for any other reason."""
    known = _VERDICTS.get(reason or "")
    return known or next((word for words, word in _BY_WORDS.items() if words in (reason or "")), "skipped")


def _of_run(row: Row, run: Row, process: Row | None) -> Explanation:
    status, reason = run["status"], run["reason"] or _error(run) or "no reason was kept"
    told = _RAN.get(status, "It ran.").format(
        began=_utc(run["started_at"]), ended=_utc(run["ended_at"]), made=_utc(run["created_at"]), reason=reason
    )
    sentences = [told[0].upper() + told[1:]]
    verdict = status
    if status == "skipped":
        verdict = skip_verdict(reason)
    elif run["created_at"] - run["planned_at"] > GRACE:
        sentences.append(
            f"It was {_while(run['created_at'] - run['planned_at'])} late: nobody looked before, because the server "
            "was down or busy, or the run before had to end first."
        )
    if process is not None and run["ended_at"] is None:
        sentences.append(_had_by(process))
    if run["missed"]:
        sentences.append(f"It stands for {_times(run['missed'])} before it, too, which had no run of their own.")
    if run["attempt"] > 1:
        sentences.append(f"That was attempt {run['attempt']}.")
    if moved := clock_change(row, run["planned_at"]):
        sentences.append(f"{moved[0].upper()}{moved[1:]}.")
    return Explanation(verdict, sentences)


def _not_due(facts: Facts) -> Explanation:
    row, at = facts.schedule, facts.at
    if _meant(row) is None:
        return Explanation("broken", [f"The schedule {row['spec']!r} means nothing any more, so it has no times."])
    if at < row["created_at"]:
        return Explanation("before", [f"The schedule was made later, {_utc(row['created_at'])}."])
    if row["starts_at"] is not None and at < row["starts_at"]:
        return Explanation("before", [f"The schedule begins later, {_utc(row['starts_at'])}."])
    if row["ends_at"] is not None and at > row["ends_at"]:
        return Explanation("after", [f"The schedule had ended, {_utc(row['ends_at'])}."])
    if changed := _clock_changed(row, at):
        return Explanation("clock-change", [changed])
    after = Timetable.of(row).after(at)
    following = f" Its first time after that is {_utc(after)}." if after else " It has no time after that."
    return Explanation("not-due", [f"That is no time of the schedule, which is {described(row)}.{following}"])


def _clock_changed(row: Row, at: datetime) -> str | None:
    """Why a time on the wall that fits the schedule is none of its times."""
    meant, zone = _meant(row), zone_named(row["timezone"])
    if not isinstance(meant, Cron):
        return None
    local = at.astimezone(zone)
    if local.fold == 1 and any(_on_wall(expression, local) for expression in meant.expressions):
        first = local.replace(fold=0).astimezone(UTC)
        return (
            f"{local:%H:%M} comes twice on {local.day} {local:%B}, when the clocks are set back: the schedule runs at "
            f"the first of the two, {_utc(first)}."
        )
    return None


def missing_on_wall(row: Row, written: datetime) -> str | None:
    """Why a time of the wall in the schedule's zone is at no moment; None where it is at one."""
    zone = zone_named(row["timezone"])
    if written.tzinfo is not None or _exists(written.replace(tzinfo=zone)):
        return None
    first = at_wall(written, zone).astimezone(zone)
    return (
        f"{written:%H:%M} does not exist on {written.day} {written:%B} in {row['timezone']}: the clocks go forward "
        f"over it. A schedule for a fixed time runs at the first moment after the gap, {first:%H:%M}."
    )


def _without_run(facts: Facts, due: datetime) -> Explanation:
    """Of a due time that has come, and of which no run is known."""
    row, task, later = facts.schedule, facts.task, facts.later
    if due <= row["created_at"]:
        return Explanation("before", [f"The schedule was made later, {_utc(row['created_at'])}."])
    if later is not None and later["missed"] and _covers(row, later, due):
        return _covered(later)
    upcoming_at = row["next_run_at"]
    if upcoming_at is not None and upcoming_at <= due:
        return _still_open(facts)
    if task is not None and task["status"] in TERMINAL and (task["completed_at"] or task["updated_at"]) <= due:
        ended = _utc(task["completed_at"] or task["updated_at"])
        return Explanation("ended", [f"The task had ended: it is {task['status']} since {ended}."])
    return Explanation(
        "unknown",
        ["Nothing is known of it. Its run was removed, as runs are kept for some time, or the schedule was another."],
    )


def _covered(later: Row) -> Explanation:
    """By a later run, or by a later time that had none either."""
    planned, reason = _utc(later["planned_at"]), later["reason"]
    if later["status"] == "skipped":
        told = f"It did not run: {reason}. That holds for {_times(later['missed'] + 1)} up to {planned}."
        return Explanation(skip_verdict(reason), [told])
    told = f"It had no run of its own: the run planned for {planned} stands for it ({later['status']})."
    return Explanation(
        "coalesced",
        [told, "Nothing ran by itself at that time: the server was down or busy, or a run before it had not ended."],
    )


def _still_open(facts: Facts) -> Explanation:
    """Nothing has come of the due time yet."""
    row = facts.schedule
    if row["is_paused"]:
        return Explanation("paused", ["The schedule is paused: it runs at none of its times until it is resumed."])
    if row["held_by"] is not None:
        run = facts.held_by
        since = f", planned for {_utc(run['planned_at'])} and {run['status']}" if run is not None else ""
        return Explanation("overlap", [f"It waits for the end of the run before{since}: its schedule queues its runs."])
    if row["bot"] is None:
        return Explanation("no-bot", ["The task has no bot to run it: assign it to one."])
    late = "It is due, and nobody has looked yet: the server is not running, or has more to do than it can."
    return Explanation("late", [late, *([_had_by(facts.process)] if facts.process is not None else [])])


def _had_by(process: Row) -> str:
    told = f"Of the processes that share the database, {process['process_id']} has to do it"
    if process["seen_at"] is None:
        return f"{told}, and is gone: another one takes that over some seconds after it looks."
    return f"{told}, which was last heard of {_utc(process['seen_at'])}."


def _covers(row: Row, later: Row, due: datetime) -> bool:
    """Whether a run that stands for times before it stands for this one."""
    reached = Timetable.of(row).reached(due, later["planned_at"])
    return bool(reached.count - 1 <= later["missed"])


def _first(row: Row, due: datetime) -> str:
    moved = clock_change(row, due)
    return f"{_utc(due)}, {described(row)}{f', {moved}' if moved else ''}"


def _meant(row: Row) -> Spec | None:
    try:
        return parse(row["spec"], row["timezone"])
    except Refused:
        return None


def _on_wall(expression: str, local: datetime) -> bool:
    """Whether an expression means this time of the wall."""
    wall = local.replace(tzinfo=UTC, fold=0, microsecond=0)
    return next_cron(expression, wall - timedelta(seconds=1), _UTC) == wall


def _exists(local: datetime) -> bool:
    """Whether a wall clock of its zone ever shows this time."""
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def _error(run: Row) -> str | None:
    error = run["error"]
    return str(error["message"]) if isinstance(error, dict) and error.get("message") else None


def _utc(moment: datetime | None) -> str:
    if moment is None:
        return "at a time that is not known"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment.second else f"{moment:%Y-%m-%d %H:%M} UTC"


def _while(by: timedelta) -> str:
    minutes = int(by.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _times(count: int) -> str:
    return "1 due time" if count == 1 else f"{count:,} due times"
