"""What lay waiting when a server comes up: `python -m tests.bench.backlog [--messages N] [--conversations M]`.

First messages that came in and no script has heard, many in each conversation: the real server takes them all up, each
in its order. Then messages that no channel has brought out, on one that only counts: the real engine delivers them.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from tasktalk.bots.assembly import Fittings, assembled, language
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.ports import Delivery
from tests.bench.copies import Rows, copied, fill, moments, progress, rows_of, stored
from tests.bench.figures import number, table
from tests.bench.person import Person
from tests.bench.serving import tasktalk
from tests.bench.talk_bot import write_bot

PUSHED = "sink"
_LOOK_SECONDS = 0.05


def make(db: Path, bots: Path, messages: int, conversations: int, *, is_inbox: bool) -> None:
    """A new file with so many waiting messages, evenly over so many conversations."""
    with tasktalk(str(db), bots, db.parent / "log") as server:
        person = Person(server)
        person.say("first", "hello", "0", "Hello")
        person.leave()
        server.stop()
    template = rows_of(db, "first")
    [first] = [row for kind, row in template if kind == "message" and row["direction"] == "in"]

    def made() -> Iterator[Rows]:
        for each, moment in enumerate(moments(conversations)):
            rows = copied(template, f"c{each}", moment)
            [talk] = [row["id"] for kind, row in rows if kind == "conversation"]
            for kind, row in rows:
                if kind in {"contact", "conversation"} and not is_inbox:
                    row["channel"] = PUSHED
            mine = messages // conversations + (each < messages % conversations)
            for place in range(1, mine + 1):
                row = dict.fromkeys(first) | {
                    "id": new_id("msg", moment + timedelta(microseconds=place)),
                    "conversation_id": talk,
                    "sequence": 2 + place,
                    "direction": "in" if is_inbox else "out",
                    "text": f"word {place}",
                    "provider_id": str(place) if is_inbox else None,
                    "status": "pending",
                    "attempts": 0,
                    "created_at": stored(moment),
                }
                rows.append(("message", row))
            yield rows

    fill(db, made(), conversations, progress("conversations made", conversations))


def pending(connection: sqlite3.Connection) -> int:
    """How many messages wait."""
    found: int = connection.execute("SELECT count(*) FROM message WHERE status = 'pending'").fetchone()[0]
    return found


def inbox(place: Path, messages: int, conversations: int) -> tuple[float, float]:
    """Messages a second that are heard after the start, and the microseconds of the processor of each."""
    db, bots = place / "inbox.db", write_bot(place)
    make(db, bots, messages, conversations, is_inbox=True)
    with tasktalk(str(db), bots, place / "log") as server, sqlite3.connect(db, isolation_level=None) as connection:
        before, spent, began = pending(connection), server.cpu_seconds, perf_counter()
        told = progress("messages heard", messages)
        while left := pending(connection):
            told(messages - left)
            sleep(_LOOK_SECONDS)
        seconds = perf_counter() - began
        spent = server.cpu_seconds - spent
        mine = messages // conversations
        query = "SELECT count(*) FROM message WHERE direction = 'out' AND text = ?"
        whole = connection.execute(query, [f"You said word {mine} ({mine})"]).fetchone()[0]
        if whole != conversations:
            raise RuntimeError(f"{conversations - whole} conversations have not heard their messages in order")
        server.stop()
    connection.close()
    return before / seconds, spent / before * 1e6


class Counting:
    """A channel that takes everything at once."""

    def __init__(self) -> None:
        self.got: dict[str, list[str]] = defaultdict(list)

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        """Counts it."""
        self.got[delivery.contact].append(delivery.text)


async def outbox(place: Path, messages: int, conversations: int) -> float:
    """Messages a second that are delivered after the start, each noted on disk."""
    db, bots = place / "outbox.db", place / "bots"
    make(db, bots, messages, conversations, is_inbox=False)
    sink, keywords = Counting(), language()
    loaded = Bots.load(bots, keywords)
    async with assembled(str(db), loaded, keywords, RealClock(), Fittings({PUSHED: sink})) as services:
        began = perf_counter()
        await services.engine.start()
        await services.engine.settle()
        seconds = perf_counter() - began
    expected = [f"word {number_}" for number_ in range(1, messages // conversations + 1)]
    wrong = sum(texts[: len(expected)] != expected for texts in sink.got.values())
    count = sum(map(len, sink.got.values()))
    if wrong or count != messages:
        raise RuntimeError(f"{count} of {messages} messages came, in {wrong} conversations in another order")
    return messages / seconds


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.backlog", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, metavar="N")
    parser.add_argument("--conversations", type=int, default=2_000, metavar="M")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        heard, cpu = inbox(Path(folder), given.messages, given.conversations)
        delivered = asyncio.run(outbox(Path(folder), given.messages, given.conversations))
    rows = [
        ("messages heard after a start", number(heard), number(cpu)),
        ("messages delivered after a start, by a channel that takes no time", number(delivered), ""),
    ]
    about = f"{given.messages:,} messages in {given.conversations:,} conversations"
    print(table((about, "a second", "CPU µs each"), rows))


if __name__ == "__main__":
    main()
