"""A million waiting conversations in one file: `python -m tests.bench.waiting [--conversations N] [--resume M]`.

What the file takes for each; how soon a server that starts on it answers; how long a person waits whose conversation
goes on after all that time; what memory the server takes; how late a timer is that becomes due among them. 'There' is
the machine of the targets.
"""

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from tests.bench.copies import Rows, copied, fill, moments, progress, rows_of, sizes, stored
from tests.bench.figures import number, percentile, table, verdict
from tests.bench.person import Person
from tests.bench.serving import tasktalk
from tests.bench.talk_bot import NAME, SOURCE, write_bot
from tests.bench.yardstick import slowness, told

PATIENT = "patient"
"""The bot whose questions wait for a day at most: every tenth conversation is with it."""
MESSAGES = 4
"""Of each conversation: hello and the greeting, an answer and what was said to it."""
SOON, SOON_APART = 50, timedelta(milliseconds=100)
"""So many timers become due while the conversations are resumed, one after the other."""


def make(db: Path, bots: Path, log: Path, count: int, soon_at: datetime) -> None:
    """Fills the file; the timers of the first conversations that have one become due from `soon_at` on."""
    with tasktalk(str(db), bots, log) as server:
        person = Person(server)
        for bot in (NAME, PATIENT):
            person.say(f"first of {bot}", "hello", "0", "Hello", bot)
            person.say(f"first of {bot}", "word 1", "1", "You said word 1 (1)", bot)
        person.leave()
        server.stop()
    templates = {bot: rows_of(db, f"first of {bot}") for bot in (NAME, PATIENT)}

    def conversations() -> Iterator[Rows]:
        for each, moment in enumerate(moments(count)):
            rows = copied(templates[bot_of(each)], address(each), moment)
            if bot_of(each) == PATIENT and each // 10 < SOON:
                for kind, row in rows:
                    if kind == "timer":
                        row["due_at"] = stored(soon_at + SOON_APART * (each // 10))
            yield rows

    fill(db, conversations(), count, progress("conversations made", count))


def bot_of(each: int) -> str:
    return PATIENT if each % 10 == 0 else NAME


def address(each: int) -> str:
    """A telephone number, say: one that tells nothing of when it came."""
    return f"+55{(each * 7_919 + 1_234_567) % 100_000_007:09}-{each}"


def forget_cached(db: Path) -> None:
    """Lets the operating system read the file from the disk again, as after its own start."""
    with db.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def lateness(db: Path, soon_at: datetime) -> list[float]:
    """By how many milliseconds each of the timers began its turn too late."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        late = []
        for each in range(SOON):
            query = (
                "SELECT max(message.created_at), count(*) FROM message JOIN conversation c ON c.id = conversation_id "
                "JOIN contact ON contact.id = c.contact_id WHERE contact.address = ? AND direction = 'out'"
            )
            said_at, count = connection.execute(query, [address(each * 10)]).fetchone()
            if count != 3:
                raise RuntimeError(f"the timer of {address(each * 10)} did not begin a turn")
            due_at = soon_at + SOON_APART * each
            late.append((datetime.fromisoformat(said_at).replace(tzinfo=UTC) - due_at).total_seconds() * 1000)
    connection.close()
    return late


def measure(place: Path, count: int, resumed: int) -> dict[str, Any]:
    """All figures by name."""
    db, bots, log = place / "waiting.db", write_bot(place), place / "log"
    (bots / PATIENT).mkdir()
    (bots / PATIENT / "start.bas").write_text(SOURCE.format(timeout=" TIMEOUT 1 DAYS"), "utf-8")
    soon_at = datetime.now(UTC) + timedelta(days=2)
    began = perf_counter()
    make(db, bots, log, count, soon_at)
    found: dict[str, Any] = {"conversations": count, "making_seconds": perf_counter() - began}
    found["file_bytes"] = db.stat().st_size
    found["sizes"] = sizes(db)
    forget_cached(db)
    began = perf_counter()
    with tasktalk(str(db), bots, log) as server:
        person = Person(server)
        chance = random.Random(1)
        chosen = chance.sample(range(count - (-(-count // 10))), min(resumed, count - -(-count // 10)))
        chosen = [each + each // 9 + 1 for each in chosen]  # none of the patient ones
        person.say(address(chosen[0]), "word 2", "2", "You said word 2 (2)")
        found["first_answer_seconds"] = perf_counter() - began
        found["memory_mib_before"] = server.memory_mib
        show = progress("resumed", len(chosen))
        spent, slow = [], slowness()
        for done, each in enumerate(chosen[1:], 2):
            spent.append(1000 * person.say(address(each), "word 2", "2", "You said word 2 (2)"))
            show(done)
        found |= {"resumed": len(chosen), "resume_p50_ms": median(spent), "resume_p99_ms": percentile(spent, 0.99)}
        found["slowness"] = (slow + slowness()) / 2
        found["memory_mib_after"] = server.memory_mib
        again = [1000 * person.say(address(each), "word 3", "3", "You said word 3 (3)") for each in chosen[-500:]]
        found["again_p50_ms"] = median(again)
        person.leave()
        server.stop()
    found |= due_timers(db, bots, log, soon_at)
    return found


def due_timers(db: Path, bots: Path, log: Path, planned: datetime) -> dict[str, float]:
    """Lets the timers become due while a server is there."""
    soon_at = datetime.now(UTC) + timedelta(seconds=5)
    with sqlite3.connect(db) as connection:
        for each in range(SOON):
            before, after = stored(planned + SOON_APART * each), stored(soon_at + SOON_APART * each)
            connection.execute("UPDATE timer SET due_at = ? WHERE due_at = ?", [after, before])
    connection.close()
    with tasktalk(str(db), bots, log) as server:
        last = soon_at + SOON_APART * SOON + timedelta(seconds=2)
        sleep(max(0.0, (last - datetime.now(UTC)).total_seconds()))
        server.stop()
    late = lateness(db, soon_at)
    return {"timer_late_p50_ms": median(late), "timer_late_worst_ms": max(late)}


def shown(found: dict[str, Any]) -> str:
    """As tables."""
    each = found["file_bytes"] / found["conversations"]
    growth = found["memory_mib_after"] - found["memory_mib_before"]
    there = found["resume_p50_ms"] / found["slowness"]
    resumed = f"{found['resumed']:,}"
    messages = sum(size for name, size in found["sizes"].items() if "message" in name) / found["conversations"]
    lines = [
        ("file, MB", number(found["file_bytes"] / 1e6), ""),
        ("bytes a conversation", number(each), verdict(each, 1500, at_most=True)),
        ("of these, bytes a message", number(messages / MESSAGES), f"{MESSAGES} of them"),
        ("of these, bytes without messages", number(each - messages), ""),
        (
            "start to first answer, s",
            number(found["first_answer_seconds"]),
            verdict(found["first_answer_seconds"], 1.5, at_most=True),
        ),
        (f"resume, median of {resumed}, ms", number(found["resume_p50_ms"]), ""),
        ("the same there", number(there), verdict(there, 5, at_most=True)),
        ("resume, p99, ms", number(found["resume_p99_ms"]), ""),
        ("next turn of one resumed before, median, ms", number(found["again_p50_ms"]), ""),
        ("memory after the first answer, MiB", number(found["memory_mib_before"]), ""),
        (f"memory after {resumed}, MiB", number(found["memory_mib_after"]), f"{growth:+.0f}"),
        ("timer among them late, median, ms", number(found["timer_late_p50_ms"]), ""),
        ("timer among them late, worst, ms", number(found["timer_late_worst_ms"]), ""),
    ]
    parts = sorted(found["sizes"].items(), key=lambda item: -item[1])
    by_part = [(name, number(size / found["conversations"])) for name, size in parts]
    figures = table((f"{found['conversations']:,} conversations", "measured", "wanted"), lines)
    sizes_of = table(("table or index", "bytes a conversation"), by_part)
    return "\n\n".join([told(found["slowness"]), figures, sizes_of])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.waiting", description=__doc__)
    parser.add_argument("--conversations", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--resume", type=int, default=10_000, metavar="M")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.conversations < 10 * SOON:
        sys.exit(f"at least {10 * SOON} conversations")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.conversations, given.resume)
    print(json.dumps(found, indent=1) if given.json else shown(found))


if __name__ == "__main__":
    main()
