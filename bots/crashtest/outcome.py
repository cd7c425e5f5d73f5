"""What is left of a play, and how it differs from what it should be."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tasktalk.bots.crashtest.channels import PROVIDERS, PUSH
from tasktalk.bots.crashtest.people import Person
from tasktalk.bots.crashtest.sink import Sink
from tasktalk.storage import contents
from tasktalk.storage.database import Database

CHANNELS = tuple(provider.channel for provider in PROVIDERS)
"""What people were shown on each channel is a kind of things, too."""
COUNTED = ("messages", *CHANNELS, "orders", "tasks", "events")
"""The kinds of things of which each must be there, and once."""

_TASK_ID = re.compile(r"\b(?:tsk_|TSK-)\w+")

Outcome: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""For each contact the things of each kind, in their order; under "" what belongs to nobody."""


@dataclass(slots=True)
class Differences:
    """Between an outcome and what it should be."""

    lost: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    """How many things of each kind are missing, and how many are too many."""
    talks: dict[str, str] = field(default_factory=dict)
    """The contacts whose outcomes differ, and where they first do."""


def compared(expected: Outcome, found: Outcome) -> Differences:
    """Everything counts: what was said and answered and in which order, delivered, made and left behind."""
    differences = Differences()
    for contact in sorted(expected.keys() | found.keys()):
        wanted, there = expected.get(contact, {}), found.get(contact, {})
        for kind in COUNTED:
            before, after = Counter(wanted.get(kind, ())), Counter(there.get(kind, ()))
            differences.lost[kind] += (before - after).total()
            differences.repeated[kind] += (after - before).total()
        for kind in sorted(wanted.keys() | there.keys()):
            if list(wanted.get(kind, ())) != list(there.get(kind, ())):
                differences.talks[contact] = f"{kind}: {_first(wanted.get(kind, ()), there.get(kind, ()))}"
                break
    return differences


def size(outcome: Outcome, *kinds: str) -> int:
    """How many things of these kinds there are."""
    return sum(len(talk.get(kind, ())) for talk in outcome.values() for kind in kinds)


async def outcome(database: Database, people: Sequence[Person], sink: Sink) -> Outcome:
    """What the store, the people and the other sides of the channels have."""
    async with database.read() as reader:
        tables = ("contact", "conversation", "message", "session", "timer", "task", "event", "awaited", "pending_event")
        store = {table: await contents.rows(reader, table) for table in tables}
    talks: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    channels = {row["id"]: row for row in store["contact"]}
    conversations = {row["id"]: channels[row["contact_id"]] for row in store["conversation"]}
    for row in sorted(store["message"], key=lambda row: (row["conversation_id"], row["sequence"])):
        contact = conversations[row["conversation_id"]]
        kind = "said elsewhere" if contact["channel"] == PUSH else "said"
        talks[contact["address"]][kind].append(_line(row["direction"], row["status"], row["text"]))
    for talk in talks.values():
        talk["messages"] = sorted([*talk["said"], *talk["said elsewhere"]])
    owners = {}
    for row in store["task"]:
        owners[row["id"]] = owner = row["title"].partition(":")[0]
        talks[owner]["tasks"].append(_line(row["title"], row["status"], row["priority"], row["version"]))
    titles = {row["id"]: row["title"] for row in store["task"]}
    for row in store["event"]:
        owner, title = owners.get(row["subject_id"], ""), titles.get(row["subject_id"], row["subject"])
        talks[owner]["events"].append(_line(title, row["kind"], *sorted(row["changes"] or ())))
    for row in store["session"]:
        talks[conversations[row["conversation_id"]]["address"]]["sessions"].append(_line(row["status"]))
    for table in ("timer", "awaited"):
        for row in store[table]:
            talks[conversations[row["conversation_id"]]["address"]]["waits"].append(table)
    talks[""]["events without handlers"] = [""] * len(store["pending_event"])
    for kind in ("tasks", "events"):
        for talk in talks.values():
            talk[kind].sort()
    for person in people:
        talks[person.name]["answers"] = person.answers
        talks[person.name][person.channel] = [_line(text) for text in sink.screens.texts[person.name]]
        talks[person.name]["orders"] = list(sink.orders[person.name].values())
    return {contact: {kind: list(found) for kind, found in kinds.items()} for contact, kinds in talks.items()}


async def is_settled(database: Database) -> bool:
    """Whether no message waits to be heard or delivered, and no event for its handlers."""
    async with database.read() as reader:
        messages = await contents.rows(reader, "message")
        return not await contents.rows(reader, "pending_event") and all(row["status"] != "pending" for row in messages)


def _line(*parts: Any) -> str:
    return " | ".join(_TASK_ID.sub("TASK", str(part)) for part in parts)


def _first(expected: Sequence[str], found: Sequence[str]) -> str:
    for number in range(max(len(expected), len(found))):
        wanted = expected[number] if number < len(expected) else None
        there = found[number] if number < len(found) else None
        if wanted != there:
            return f"expected {_short(wanted)} as number {number + 1}, found {_short(there)}"
    return "nothing"


def _short(text: str | None) -> str:
    return "nothing" if text is None else repr(text if len(text) <= 80 else text[:77] + "…")
