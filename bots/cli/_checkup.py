"""What a checkup has found, as people and as programs read it."""

import json

from tasktalk.runtime.checkup import Checkup
from tasktalk.storage.queues import MOST_COUNTED, Queue

_SHOWN = 20
_NAMES = {
    "inbox": "messages that no script has heard yet",
    "outbox": "messages not fetched or delivered yet",
    "timers": "waits that are over",
    "schedules": "schedules that are due",
    "runs": "runs not begun yet",
    "events": "events whose handlers are not started yet",
}


def as_text(name: str, found: Checkup) -> str:
    """Everything that was looked at, a line each, and what is wrong below it."""
    lines = [f"Database: {name}"]
    for look in found.looks:
        lines.append(f"  {look.at + ':':<11}{f'{len(look.wrong)} wrong' if look.wrong else look.seen}")
        lines += [f"    - {sentence}" for sentence in look.wrong[:_SHOWN]]
        if len(look.wrong) > _SHOWN:
            lines.append(f"    - and {len(look.wrong) - _SHOWN:,} more; --json has all of them")
        lines += [f"    What to do: {look.way_out}."] if look.wrong else []
    if found.queues:
        lines.append("To be done:")
        lines += [f"  {_amount(queue):>11} {_NAMES[kind]}{_since(queue)}" for kind, queue in found.queues.items()]
    lines.append("Nothing is wrong." if found.is_sound else "Something is wrong: see above.")
    return "\n".join(lines)


def as_json(name: str, found: Checkup) -> str:
    """One object."""
    return json.dumps(
        {
            "database": name,
            "is_sound": found.is_sound,
            "looks": [
                {
                    "at": look.at,
                    "seen": look.seen,
                    "wrong": list(look.wrong),
                    "way_out": look.way_out if look.wrong else None,
                }
                for look in found.looks
            ],
            "queues": {
                kind: {"count": queue.count, "since": queue.since.isoformat() if queue.since else None}
                for kind, queue in found.queues.items()
            },
        },
        ensure_ascii=False,
        indent=2,
    )


def _amount(queue: Queue) -> str:
    return f"{queue.count:,}{' or more' if queue.count == MOST_COUNTED else ''}"


def _since(queue: Queue) -> str:
    return f", the eldest since {queue.since:%Y-%m-%d %H:%M} UTC" if queue.since and queue.count else ""
