"""One person with several contacts: they prove it by a code that they get in one channel and say in another.

From then on there is one profile and one memory of them, under one of the contacts: the one where the code was made,
which also wins where both knew something. Conversations stay apart. Whoever is unlinked begins anew, and what is known
stays with the others. A code is good once, for one bot, for ten minutes; its hash alone is kept.
"""

import hashlib
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.memory import Memory
from tasktalk.runtime.profile import Profile
from tasktalk.runtime.turn import Turn
from tasktalk.storage import people
from tasktalk.storage.reading import Reader
from tasktalk.storage.writes import Row, WriteSet

LASTS: Final = timedelta(minutes=10)
ATTEMPTS: Final = 5
WINDOW: Final = timedelta(hours=1)
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are taken for each other
_LENGTH: Final = 10  # 50 bits: with so few attempts and so little time nobody finds one


async def make_code(turn: Turn) -> str:
    """A new code for the turn's contact, whose older one is good for nothing from then on. Refuses
    `unknown-contact`."""
    _demand_person(turn)
    code = "".join(turn.random.choice(_LETTERS) for _ in range(_LENGTH))
    writes = turn.work.writes
    writes.delete("link_code", {"bot": turn.bot, "contact_id": turn.contact_id})
    row = {"bot": turn.bot, "contact_id": turn.contact_id, "expires_at": turn.work.now + LASTS}
    writes.insert("link_code", {"id": _hashed(turn.bot, code), **row})
    return f"{code[:5]}-{code[5:]}"


async def redeem(turn: Turn, written: str) -> bool:
    """Links the turn's contact with the one that a code was made for; False for what is no good code.

    Refuses `too-many-attempts`, and `unknown-contact`.
    """
    _demand_person(turn)
    await _count_attempt(turn)
    digest = _hashed(turn.bot, "".join(filter(str.isalnum, written)).upper())
    async with turn.work.read() as reader:
        found = await people.rows(reader, "link_code", "id", [digest])
    if not found or found[0]["expires_at"] <= turn.work.now:
        return False
    # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
    key = {"id": digest, "contact_id": found[0]["contact_id"]}
    turn.work.writes.update("link_code", key, {"contact_id": found[0]["contact_id"]})
    turn.work.writes.delete("link_code", key)
    here, there = [await _contacts(turn, "id", each) for each in (turn.contact_id, key["contact_id"])]
    if not (here and there):
        return False  # somebody removes them at this moment
    if _root(here[0]) != _root(there[0]):
        await _join(turn, here[0], there[0])
    return True


async def unlink(turn: Turn) -> bool:
    """Parts the turn's contact from the others of its person; False where there are none. Refuses
    `unknown-contact`."""
    _demand_person(turn)
    found = await _contacts(turn, "id", turn.contact_id)
    if not found or found[0]["person_id"] is None:
        return False
    here, old = found[0], found[0]["person_id"]
    others = [row for row in await _contacts(turn, "person_id", old) if row["id"] != here["id"]]
    root = old if old != here["id"] else min(others, key=lambda row: (row["created_at"], row["id"]))["id"]
    if root != old:
        for row in await _memories(turn, [old]):
            turn.work.change("memory", row, {"owner": root})
        profile = turn.profile
        profile.guard = None
        profile.remove(turn.work.writes)
        profile.moved(root).write(turn.work.writes)
    else:
        turn.profile.guard = None
        turn.profile.write(turn.work.writes)
    turn.work.change("contact", here, {"person_id": None})
    for row in others:
        turn.work.change("contact", row, {"person_id": root if len(others) > 1 else None})
    turn.user_memory = Memory(turn.work, turn.bot, here["id"], rows=())
    turn.profile = Profile(here["id"])
    await _tell(turn, "contact_unlinked", (old, None), [here, *others])
    return True


async def _join(turn: Turn, here: Row, there: Row) -> None:
    """Makes the person of one contact that of the other, too."""
    old, root = _root(here), _root(there)
    moved = [here] if here["person_id"] is None else await _contacts(turn, "person_id", old)
    stays = [there] if there["person_id"] is None else await _contacts(turn, "person_id", root)
    for row in (*moved, *(row for row in stays if row["person_id"] is None)):
        turn.work.change("contact", row, {"person_id": root})
    await _join_memories(turn, old, root)
    async with turn.work.read() as reader:
        rows = await people.rows(reader, "profile", "contact_id", [root])
    profile = Profile.of_row(root, rows[0] if rows else None)
    profile.take_over(turn.profile)
    # Where nobody has noted a name, what a channel has told of the person is it in all of them.
    profile.name = profile.name or there["name"] or here["name"]
    turn.profile.remove(turn.work.writes)
    turn.profile = profile
    await _tell(turn, "contact_linked", (here["person_id"], root), [*moved, *stays])


async def _join_memories(turn: Turn, old: str, root: str) -> None:
    work = turn.work
    rows = await _memories(turn, [old, root])
    kept = {(row["bot"], row["key"]): row for row in rows if row["owner"] == root}
    for row in rows:
        if row["owner"] != old:
            continue
        key = (row["bot"], row["key"])
        known = kept.get(key)
        if known is None:
            kept[key] = work.change("memory", row, {"owner": root})
            continue
        if known["expires_at"] is not None and known["expires_at"] <= work.now:
            newer = {name: row[name] for name in ("value", "expires_at", "updated_at")}
            kept[key] = work.change("memory", known, newer)
        work.delete("memory", row)
    of_bot = [row for row in kept.values() if row["bot"] == turn.bot]
    turn.user_memory = Memory(work, turn.bot, root, rows=of_bot)


async def _count_attempt(turn: Turn) -> None:
    """Notes an attempt, whatever becomes of the turn. Refuses `too-many-attempts`."""
    key, now, writes = {"contact_id": turn.contact_id}, turn.work.now, WriteSet()
    async with turn.work.read() as reader:
        found = await people.rows(reader, "link_attempt", "contact_id", [turn.contact_id])
    if not found:
        writes.insert("link_attempt", {**key, "count": 1, "begun_at": now})
    elif found[0]["begun_at"] + WINDOW <= now:
        writes.update("link_attempt", {**key, "begun_at": found[0]["begun_at"]}, {"count": 1, "begun_at": now})
    elif found[0]["count"] >= ATTEMPTS:
        message = f"{ATTEMPTS} codes have been tried within an hour"
        raise Refused("too-many-attempts", message, "wait an hour, and ask for a new code then")
    else:
        writes.count("link_attempt", {**key, "begun_at": found[0]["begun_at"]}, "count", ATTEMPTS)
    await turn.work.commit_apart(writes)


async def _contacts(turn: Turn, column: str, value: str) -> list[Row]:
    """The contacts that have a value, as this turn sees them."""

    async def stored(reader: Reader) -> list[Row]:
        return list(await people.rows(reader, "contact", column, [value]))

    return await turn.work.find("contact", stored, lambda row: row[column] == value)


async def _memories(turn: Turn, owners: Collection[str]) -> list[Row]:
    async def stored(reader: Reader) -> list[Row]:
        return list(await people.rows(reader, "memory", "owner", owners))

    return await turn.work.find("memory", stored, lambda row: row["owner"] in owners)


async def _tell(turn: Turn, kind: str, change: tuple[str | None, str | None], contacts: Collection[Row]) -> None:
    turn.work.record(
        kind,
        "contact",
        turn.contact_id,
        organisation_id=None,
        actor=turn.contact,
        source="script",
        changes={"person_id": change},
    )
    async with turn.work.read() as reader:
        talks = await people.rows(reader, "conversation", "contact_id", [row["id"] for row in contacts])
    turn.doubted |= {row["id"] for row in talks} - {turn.conversation_id}


def _root(contact: Row) -> str:
    """Under which contact what is known of the person stands."""
    found: str = contact["person_id"] or contact["id"]
    return found


def _hashed(bot: str, code: str) -> str:
    return hashlib.sha256(f"{bot}\0{code}".encode("utf-8", "replace")).hexdigest()


def _demand_person(turn: Turn) -> None:
    if turn.channel in INTERNAL_CHANNELS:
        raise Refused("unknown-contact", "nobody is in this conversation who could be linked with somebody")
