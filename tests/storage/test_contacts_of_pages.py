"""Databases from when everybody who saw a contact of a page saw the page's secret, and of larger messages."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from tasktalk.bots.channels.web.protocol import contact_of
from tasktalk.storage import people
from tasktalk.storage.database import Database
from tasktalk.storage.tables import metadata
from tests.storage.schemas import as_of, insert

SECRET, SHORT = "ana-0123456789-0123456789", "ana"
CONTACT = contact_of(SECRET)
MANY = [f"{number:020}" for number in range(1001)]  # more than are looked for, or read, at a time
REFERRED = {"organisation_id": "o", "task_id": "t1", "contact_id": "con_page", "conversation_id": "cnv", "file_id": "f"}
GIVEN = {"organisation": {"id": "o"}, "conversation": {"id": "cnv", "channel": "web"}, "file": {"id": "f"}}


def told(who: str) -> dict[str, dict[str, Any]]:
    """Of a row of each table that names a contact what does, by what the contact is known as."""
    context = {"who": who, "said": f"{SECRET} it is"}
    users = {"created_by": who, "assignee": f"web:{who}", "completed_by": who}
    return {
        "task": {"id": "t1", "title": f"By {SECRET}", "context": context, "outcomes": [[who]], **users},
        "task_tag": {"assignee": who},
        "task_meta": {"key": "who", "said": who},
        "event": {"actor": who, "changes": {"many": [None, MANY], "assignee": [who, f"web:{who}"]}},
        "comment": {"author": who, "mentions": [who]},
        "attachment": {"uploaded_by": who},
        "task_message": {"author": who, "content": [{who: who}]},
        "template": {"created_by": who},
        "workflow": {"created_by": who},
        "automation": {"created_by": who},
        "conversation_tag": {"created_by": who},
        "webhook": {"created_by": who},
        "watcher": {"user_id": who},
        "notification": {"recipient": who},
        "notification_setting": {"id": who},
        "run": {"arguments": {"who": who}, "result": who, "error": {"who": who}, "last_task": {"created_by": who}},
        "schedule": {"arguments": [who]},
        "parcel": {"content": {"actor": who}},
    }


async def test_pages_that_had_shown_their_secret_are_known_by_what_follows_from_it(tmp_path: Path) -> None:
    addresses = {"con_page": ("web", SECRET), "con_hook": ("webhook", SECRET), "con_short": ("web", SHORT)}
    with as_of("0032", tmp_path) as (url, connection):
        for number, other in enumerate(MANY):
            addresses[f"con_{number}"] = ("web", f"page-{other}")
        for contact_id, (channel, address) in addresses.items():
            insert(connection, REFERRED, "contact", {"id": contact_id, "channel": channel, "address": address})
        for table, row in {**GIVEN, **told(SECRET)}.items():
            insert(connection, REFERRED, table, row)
        insert(connection, REFERRED, "task", {**told(SHORT)["task"], "id": "t2"})
    database = await Database.open(url)
    async with database.read() as reader:
        contacts = await people.rows(reader, "contact", "channel", ["web", "webhook"])
        found = {table: await reader.rows(select(metadata.tables[table])) for table in told(CONTACT)}
        of_person = await people.tasks(reader, [CONTACT])
    await database.close()
    assert {row["id"]: row["address"] for row in contacts} == {
        contact_id: contact_of(address) if channel == "web" and address != SHORT else address
        for contact_id, (channel, address) in addresses.items()
    }
    [changed, kept] = sorted(found["task"], key=lambda row: str(row["id"]))
    assert [row["id"] for row in of_person] == ["t1"]
    found["task"] = [changed]
    for table, expected in {**told(CONTACT), "kept": {**told(SHORT)["task"], "id": "t2"}}.items():
        [row] = [kept] if table == "kept" else found[table]
        assert {name: row[name] for name in expected} == expected, table


async def test_messages_that_have_gone_out_forget_their_turn(tmp_path: Path) -> None:
    told_of = [("in", "heard"), ("out", "delivered"), ("out", "pending"), ("out", "dead"), ("out", "withheld")]
    with as_of("0034", tmp_path) as (url, connection):
        insert(connection, REFERRED, "contact", {"id": "con_page", "channel": "web", "address": CONTACT})
        insert(connection, REFERRED, "conversation", GIVEN["conversation"])
        for sequence, (direction, status) in enumerate(told_of):
            row = {"id": f"msg_{sequence}", "turn_id": "trn_1", "sequence": sequence}
            insert(connection, REFERRED, "message", {**row, "direction": direction, "status": status})
    database = await Database.open(url)
    async with database.read() as reader:
        rows = await reader.rows(select(metadata.tables["message"]).order_by("sequence"))
    await database.close()
    assert [row["turn_id"] for row in rows] == [None, None, "trn_1", "trn_1", "trn_1"]


async def test_only_messages_of_runs_and_those_that_wait_name_their_session(tmp_path: Path) -> None:
    program = "9202d1acccba312ea9c29056d3e01bd8"
    with as_of("0035", tmp_path) as (url, connection):
        insert(connection, REFERRED, "contact", {"id": "con_page", "channel": "web", "address": CONTACT})
        insert(connection, REFERRED, "conversation", GIVEN["conversation"])
        insert(connection, REFERRED, "program", {"id": program})
        for session, run in {"ses_run": "run_1", "ses_talk": None}.items():
            insert(connection, REFERRED, "session", {"id": session, "program_id": program, "run_id": run})
        told_of = [(named, status) for named in ("ses_run", "ses_talk", None) for status in ("heard", "pending")]
        for sequence, (named, status) in enumerate(told_of):
            row = {"id": f"msg_{sequence}", "session_id": named, "sequence": sequence, "status": status}
            insert(connection, REFERRED, "message", row)
    database = await Database.open(url)
    async with database.read() as reader:
        rows = await reader.rows(select(metadata.tables["message"]).order_by("sequence"))
    await database.close()
    assert [row["session_id"] for row in rows] == ["ses_run", "ses_run", None, "ses_talk", None, None]
