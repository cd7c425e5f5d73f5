"""Alembic's migrations and the tables in `tables` are one schema."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, NullPool, column, create_engine, func, select, table, text

from tasktalk.bots.dialects.standard_sla import STANDARD
from tasktalk.runtime.accounts import READ, Accounts, Identity
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import (
    accounts,
    conversations,
    counts,
    events,
    memory,
    numbers,
    people,
    pipelines,
    schedules,
    schema,
)
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.lock import FileLock
from tasktalk.storage.packed_ids import packed
from tasktalk.storage.tables import message, metadata, run, run_start, task, task_meta
from tasktalk.storage.tables.columns import Id
from tasktalk.storage.writes import WriteSet
from tests.storage.schemas import as_of, insert, objects


def test_an_upgrade_from_nothing_gives_the_tables_that_a_new_database_has() -> None:
    with create_engine("sqlite://").begin() as migrated:
        config = schema.migrations()
        config.attributes["connection"] = migrated
        command.upgrade(config, "head")
        upgraded = objects(migrated)
    with create_engine("sqlite://").connect() as made:
        schema.bring_up_to_date(made, "new.db", FileLock(Path("new.db")))
        new = objects(made)
    assert upgraded == new


def test_the_newest_revision_is_the_one_that_new_databases_are_stamped_with() -> None:
    assert ScriptDirectory.from_config(schema.migrations()).get_heads() == [schema.NEWEST]


def before_the_first_revision(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.close()


async def test_opening_an_older_database_migrates_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    before_the_first_revision(path)
    database = await Database.open(str(path))
    async with database.read() as reader:
        assert await reader.value(select(column("version_num")).select_from(table("alembic_version"))) == schema.NEWEST
        assert await reader.value(select(func.count()).select_from(message)) == 0
    await database.close()


async def test_the_tasks_that_are_there_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "tasks.db"
    moment = "'2026-01-05 09:00:00.000000'"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(text(f"INSERT INTO organisation VALUES ('o', 'O', {moment})"))
        for task_id in ("t1", "t2", "t3"):
            connection.execute(
                text(
                    "INSERT INTO task (id, organisation_id, title, description, status, priority, progress,"
                    " time_spent_minutes, tags, context, created_by, created_at, updated_at, version) VALUES "
                    f"('{task_id}', 'o', 't', '', 'pending', 'low', 0, 0, '[]', '{{}}', 'u', {moment}, {moment}, 1)"
                )
            )
        connection.execute(text("INSERT INTO task_tag (tag, task_id) VALUES ('a', 't1')"))
        connection.execute(
            text(
                "INSERT INTO schedule"
                " (id, task_id, bot, script, spec, timezone, arguments, is_declared, version, created_at)"
                f" VALUES ('s', 't3', 'b', 's', 'daily', 'UTC', '[]', false, 1, {moment})"
            )
        )
    database = await Database.open(str(path))
    async with database.read() as reader:
        assert await counts.counted(reader, "o") == 3
        assert await counts.counted(reader, "o", with_scheduled=False, statuses=["pending"], priorities=["low"]) == 2
        assert await counts.counted(reader, "o", tag="a") == 1
    await database.close()


async def test_the_tasks_that_are_there_are_numbered_as_they_were_made(tmp_path: Path) -> None:
    path = tmp_path / "tasks.db"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0017")
        connection.execute(text("INSERT INTO organisation (id, name, created_at) VALUES ('o', 'O', '2026-01-05')"))
        for task_id, hour in (("t2", 9), ("t1", 9), ("t3", 8)):
            moment = f"'2026-01-05 0{hour}:00:00.000000'"
            connection.execute(
                text(
                    "INSERT INTO task (id, organisation_id, title, description, status, priority, progress,"
                    " time_spent_minutes, tags, context, created_by, created_at, updated_at, version) VALUES "
                    f"('{task_id}', 'o', 't', '', 'pending', 'low', 0, 0, '[]', '{{}}', 'u', {moment}, {moment}, 1)"
                )
            )
    database = await Database.open(str(path))
    async with database.read() as reader:
        assert await numbers.of(reader, ["t1", "t2", "t3", "t4"]) == {"t3": 1, "t1": 2, "t2": 3}
    await database.close()


async def test_the_numbers_of_stages_go_on_behind_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "stages.db"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0025")
        connection.execute(text("INSERT INTO organisation (id, name, created_at) VALUES ('o', 'O', '2026-01-05')"))
        for number in (2, 7, 5):
            connection.execute(
                text(
                    "INSERT INTO pipeline_stage (id, organisation_id, number, place, name, description, instructions,"
                    " attempts, pause_seconds, created_at, updated_at, version) VALUES"
                    f" ('s{number}', 'o', {number}, 0, 's', '', '', 1, 0, '2026-01-05', '2026-01-05', 1)"
                )
            )
    database = await Database.open(str(path))
    async with database.read() as reader:
        assert [row["version"] for row in await pipelines.last_number(reader, "o/pipeline_stage")] == [7]
        assert await pipelines.last_number(reader, "o/pipeline") == []
    await database.close()


async def test_what_is_due_by_an_interfaces_sla_keeps_that(tmp_path: Path) -> None:
    path = tmp_path / "sla.db"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0025")
        for name, said in (("o", "NULL"), ("p", "'{\"high\": 2.0}'")):
            connection.execute(
                text(
                    f"INSERT INTO organisation (id, name, created_at, sla) VALUES ('{name}', 'O', '2026-01-05', {said})"
                )
            )
            for task_id, is_due in ((f"{name}1", 1), (f"{name}2", 0)):
                connection.execute(
                    text(
                        "INSERT INTO task (id, organisation_id, title, description, status, priority, progress,"
                        " time_spent_minutes, tags, context, created_by, created_at, updated_at, version,"
                        f" is_due_by_sla) VALUES ('{task_id}', '{name}', 't', '', 'pending', 'low', 0, 0, '[]', '{{}}',"
                        f" 'u', '2026-01-05', '2026-01-05', 1, {is_due})"
                    )
                )
    database = await Database.open(str(path))
    async with database.read() as reader:
        found = {row["id"]: row["own_sla"] for row in await reader.rows(select(task.c.id, task.c.own_sla))}
    assert found == {"o1": STANDARD, "o2": None, "p1": None, "p2": None}
    await database.close()


def of_the_first_revision(path: Path) -> None:
    """A database as the first version made it, with a conversation in it."""
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO contact VALUES ('con_1', 'web', 'ana', 'Ana', '2026-01-05 09:00:00.000000')",
            "INSERT INTO conversation VALUES ('cnv_1', 'helper', 'con_1', 'web', '2026-01-05 09:00:00.000000')",
            "INSERT INTO event VALUES ('evt_2', NULL, 'task', 't', 'k', 'a', 's', '{}', '2026-01-05 09:00:00.000000')",
            "INSERT INTO event VALUES ('evt_1', NULL, 'task', 't', 'k', 'a', 's', '{}', '2026-01-05 09:00:00.000000')",
        ):
            connection.execute(text(statement))


async def test_a_database_of_the_first_revision_keeps_its_rows_and_gets_a_memory(tmp_path: Path) -> None:
    path = tmp_path / "first.db"
    of_the_first_revision(path)
    now = datetime(2026, 1, 6, tzinfo=UTC)
    database = await Database.open(str(path))
    writes = WriteSet()
    row = {"id": "mem_1", "bot": "helper", "owner": "con_1", "key": "town", "value": b"x", "version": 1}
    writes.insert("memory", {**row, "expires_at": now, "updated_at": now})
    await database.commit(writes)
    async with database.read() as reader:
        talk = await conversations.by_id(reader, "cnv_1")
        assert talk is not None
        assert (talk["bot"], talk["contact_name"]) == ("helper", "Ana")
        kept = await memory.remembered(reader, "helper", "con_1", "town")
        assert kept is not None
        assert (kept["value"], kept["expires_at"]) == (b"x", now)
        assert await reader.value(select(column("version_num")).select_from(table("alembic_version"))) == schema.NEWEST
    await database.close()


async def test_the_events_of_an_older_database_are_numbered_and_new_ones_follow(tmp_path: Path) -> None:
    path = tmp_path / "first.db"
    of_the_first_revision(path)
    database = await Database.open(str(path))
    writes = WriteSet()
    event = {"subject": "task", "subject_id": "t", "kind": "k", "actor": "a", "source": "s", "changes": {}}
    writes.insert("event", {"id": "evt_0", "organisation_id": None, **event, "created_at": datetime.now(UTC)})
    await database.commit(writes)
    async with database.read() as reader:
        found = [(row["id"], row["sequence"]) for row in await events.after(reader, "task", 0)]
    assert found == [("evt_1", 1), ("evt_2", 2), ("evt_0", 3)]
    await database.close()


async def test_where_tasks_are_has_what_lists_ask_of_them(tmp_path: Path) -> None:
    path = tmp_path / "stages.db"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0031")
        for table_name, columns, values in (
            ("organisation", "id, name, created_at", "'o', 'O', '2026-01-05'"),
            (
                "pipeline",
                "id, organisation_id, number, name, description, instructions, created_at, updated_at, version",
                "'p', 'o', 1, 'P', '', '', '2026-01-05', '2026-01-05', 1",
            ),
            *(
                (
                    "task",
                    (
                        "id, organisation_id, title, description, status, priority, progress, time_spent_minutes, tags,"
                        " context, created_by, created_at, updated_at, version, is_scheduled"
                    ),
                    f"'{name}', 'o', 't', '', '{status}', 'low', 0, 0, '[]', '{{}}', 'u', '2026', '2026', 1, {timed}",
                )
                for name, status, timed in (("t1", "failed", 1), ("t2", "pending", 0))
            ),
            *(
                ("task_stage", "id, pipeline_id, attempt, depth, moves, version", f"'{task_id}', 'p', 1, 0, 0, 1")
                for task_id in ("t1", "t2")
            ),
        ):
            connection.execute(text(f"INSERT INTO {table_name} ({columns}) VALUES ({values})"))
    database = await Database.open(str(path))
    async with database.read() as reader:
        rows = [await pipelines.stage_of(reader, task_id) for task_id in ("t1", "t2")]
    await database.close()
    assert [(row["status"], row["is_scheduled"]) for [row] in rows] == [("failed", True), ("pending", False)]


async def test_the_eldest_user_owns_an_older_organisation_and_tokens_stay_good(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        made = "'2026-01-05 09:00:00.000000'"
        users = [("u3", "o1", 9), ("u2", "o1", 8), ("u1", "o1", 9), ("u5", "o2", 9), ("u4", "o2", 9)]
        digest = sha256(b"tt_1").hexdigest()
        for statement in (
            *(f"INSERT INTO organisation VALUES ('{of}', '{of}', {made})" for of in ("o1", "o2")),
            *(
                f"INSERT INTO user VALUES ('{who}', '{of}', '{who}', NULL, '2026-01-05 0{hour}:00:00.000000')"
                for who, of, hour in users
            ),
            f"INSERT INTO token VALUES ('tok_1', '{digest}', 'u1', 't', '[\"tasks:read\"]', {made}, NULL)",
        ):
            connection.execute(text(statement))
    database = await Database.open(str(path))
    found = Accounts(database, VirtualClock(datetime(2026, 1, 6, tzinfo=UTC)))
    assert await found.authenticate("tt_1") == Identity("u1", "o1", frozenset({READ}), "member")
    async with database.read() as reader:
        rows = [row for of in ("o1", "o2") for row in await accounts.users(reader, of)]
        organisation = await accounts.organisation_by_id(reader, "o1")
    assert organisation is not None
    assert [organisation[name] for name in ("has_directory", "timezone", "sla")] == [False, "UTC", None]
    roles = {"u1": "member", "u2": "owner", "u3": "member", "u4": "owner", "u5": "member"}
    assert {row["id"]: row["role"] for row in rows} == roles
    assert {row["is_disabled"] for row in rows} == {False}
    await database.close()


async def test_a_database_that_is_served_is_not_migrated_under_the_server(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    before_the_first_revision(path)
    server = FileLock(path)
    assert server.take()
    with pytest.raises(DatabaseError, match="another tasktalk is serving it"):
        await Database.open(str(path))
    server.release()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'message'").fetchone() == (0,)
    connection.close()


async def test_runs_and_schedules_of_an_older_database_are_kept_and_say_why_they_are_there(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    moment = "'2026-01-05 09:00:00.000000'"
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        for table_name, columns, values in (
            ("organisation", "id, name, created_at", f"'o', 'O', {moment}"),
            (
                "task",
                (
                    "id, organisation_id, title, description, status, priority, progress, time_spent_minutes, tags,"
                    " context, created_by, created_at, updated_at, version"
                ),
                f"'t', 'o', 't', '', 'pending', 'low', 0, 0, '[]', '{{}}', 'u', {moment}, {moment}, 1",
            ),
            ("contact", "id, channel, address, created_at", f"'con', 'task', 't', {moment}"),
            ("conversation", "id, bot, contact_id, channel, created_at", f"'c', 'b', 'con', 'task', {moment}"),
            ("program", "id, bot, name, source, created_at", f"'p', 'b', 'x.bas', '', {moment}"),
            (
                "schedule",
                "id, task_id, bot, script, spec, timezone, arguments, is_declared, version, created_at, next_run_at",
                f"'s', 't', 'b', 's', 'daily', 'UTC', '[]', false, 1, {moment}, {moment}",
            ),
            *(
                (
                    "run",
                    "id, schedule_id, task_id, conversation_id, bot, script, arguments, planned_at, status, created_at",
                    f"{ids}, 'c', 'b', 'x.bas', '[]', {moment}, 'running', {moment}",
                )
                for ids in ("'r1', 's', 't'", "'r2', NULL, 't'", "'r3', NULL, 't'", "'r4', NULL, NULL")
            ),
            ("run_start", "run_id, program_id, handler, depth", "'r2', 'p', '', 1"),
            ("run_start", "run_id, program_id, handler, depth", "'r3', 'p', 'done', 2"),
        ):
            connection.execute(text(f"INSERT INTO {table_name} ({columns}) VALUES ({values})"))
    database = await Database.open(str(path))
    async with database.read() as reader:
        found = {row["id"]: row for row in await reader.rows(select(run))}
        assert {key: (row["cause"], row["organisation_id"]) for key, row in found.items()} == {
            "r1": ("schedule", "o"),
            "r2": ("script", "o"),
            "r3": ("event", "o"),
            "r4": ("call", None),
        }
        assert [(row["status"], row["attempt"], row["missed"]) for row in found.values()] == [("running", 1, 0)] * 4
        starts = await reader.rows(select(run_start).order_by(run_start.c.run_id))
        assert [(row["run_id"], row["handler"], row["depth"]) for row in starts] == [("r2", "", 1), ("r3", "done", 2)]
        due = await schedules.due(reader, datetime(2026, 2, 1, tzinfo=UTC), 10)
        assert [(row["id"], row["bot"]) for row in due] == [("s", "b")]
    await database.close()


async def test_x_13_what_programs_noted_of_older_tasks_is_in_their_contexts(tmp_path: Path) -> None:
    path = tmp_path / "metas.db"
    moment = "'2026-01-05 09:00:00.000000'"
    given = {
        "t1": ('{"a": 1, "b": {}}', '{"a": "kept", "c": [1]}', True),
        "t2": ("null", '{"a": true}', True),
        "t3": ('{"a": 2}', "{}", False),
        "t4": ("null", "{}", True),
    }
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0017")
        connection.execute(text(f"INSERT INTO organisation (id, name, created_at) VALUES ('o', 'O', {moment})"))
        for task_id, (meta, context, is_scheduled) in given.items():
            connection.execute(
                text(
                    "INSERT INTO task (id, organisation_id, title, description, status, priority, progress,"
                    " time_spent_minutes, tags, context, meta, is_scheduled, created_by, created_at, updated_at,"
                    " version) VALUES (:id, 'o', 't', '', 'pending', 'low', 0, 0, '[]', :context, :meta, :is_scheduled,"
                    f" 'u', {moment}, {moment}, 1)"
                ),
                {
                    "id": task_id,
                    "context": context,
                    "meta": None if meta == "null" else meta,
                    "is_scheduled": is_scheduled,
                },
            )
            connection.execute(text(f"INSERT INTO task_meta VALUES ('o', 'old', 'entry', '{task_id}')"))
        kept = '{"id": "gone", "context": {"a": 1}, "meta": {"a": 2, "b": 3}}'
        connection.execute(
            text(
                "INSERT INTO run (id, script, arguments, status, planned_at, created_at, last_task)"
                f" VALUES ('r', 's', '[]', 'running', {moment}, {moment}, :kept)"
            ),
            {"kept": kept},
        )
    database = await Database.open(str(path))
    async with database.read() as reader:
        rows = await reader.rows(select(task.c.id, task.c.context).order_by(task.c.id))
        found = await reader.rows(select(task_meta).order_by(task_meta.c.task_id))
        [last] = await reader.rows(select(run.c.last_task))
    assert {row["id"]: row["context"] for row in rows} == {
        "t1": {"a": "kept", "b": {}, "c": [1]},
        "t2": {"a": True},
        "t3": {"a": 2},
        "t4": {},
    }
    assert last["last_task"] == {"id": "gone", "context": {"a": 1, "b": 3}}
    assert [(row["task_id"], row["key"], row["said"]) for row in found] == [("t1", "a", "kept"), ("t2", "a", "true")]
    await database.close()


async def test_older_tasks_know_their_talks_where_a_script_made_them_and_talks_their_organisations(
    tmp_path: Path,
) -> None:
    path = tmp_path / "talks.db"
    moment = "'2026-01-05 09:00:00.000000'"
    own = "0" * 26
    given = {
        "t1": ("default", "ana", "cnv_1", "helper"),
        "t2": ("default", "helper", "cnv_1", "helper"),
        "t3": ("default", "aut_1", "cnv_1", "helper"),
        "t4": ("default", "usr_1", "cnv_1", "helper"),
        "t5": ("default", "ana", "cnv_1", "other"),
        "t6": ("default", "ana", "cnv_9", "helper"),
        own: ("o", "ana", "cnv_1", "helper"),
    }
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0025")
        for organisation_id in ("default", "o"):
            row = f"('{organisation_id}', 'O', {moment})"
            connection.execute(text(f"INSERT INTO organisation (id, name, created_at) VALUES {row}"))
        rule = f"('aut_1', 'o', 'R', 'task_event', 'task_created', '{{}}', 'u', {moment}, 1)"
        connection.execute(text(f"INSERT INTO automation VALUES {rule}"))
        talks_of = [("web", "ana"), ("task", f"tsk_{own}"), ("task", f"{own}/run_1"), ("event", "aut_1")]
        for number, (channel, address) in enumerate([*talks_of, ("event", "paid")]):
            row = f"('con_{number}', '{channel}', '{address}', {moment})"
            connection.execute(text(f"INSERT INTO contact (id, channel, address, created_at) VALUES {row}"))
            row = f"('cnv_{number + 1}', 'helper', 'con_{number}', '{channel}', {moment})"
            connection.execute(
                text(f"INSERT INTO conversation (id, bot, contact_id, channel, created_at) VALUES {row}")
            )
        for task_id, (organisation_id, created_by, talk, bot) in given.items():
            connection.execute(
                text(
                    "INSERT INTO task (id, organisation_id, title, description, status, priority, progress,"
                    " time_spent_minutes, tags, context, created_by, created_at, updated_at, version) VALUES"
                    " (:id, :organisation, 't', '', 'pending', 'low', 0, 0, '[]', :context, :by,"
                    f" {moment}, {moment}, 1)"
                ),
                {
                    "id": task_id,
                    "organisation": organisation_id,
                    "by": created_by,
                    "context": f'{{"conversation_id": "{talk}", "bot_id": "{bot}"}}',
                },
            )
    database = await Database.open(str(path))
    async with database.read() as reader:
        rows = await reader.rows(select(task.c.id, task.c.origin))
        talks = [await conversations.by_id(reader, f"cnv_{number}") for number in (1, 2, 3, 4, 5)]
    assert [talk and talk["organisation_id"] for talk in talks] == ["default", "o", "o", "o", "default"]
    origin = {"conversation_id": "cnv_1", "bot_id": "helper"}
    assert {row["id"]: row["origin"] for row in rows} == {
        task_id: origin if task_id in ("t1", "t2", "t3") else None for task_id in given
    }
    await database.close()


async def test_numbers_of_older_talks_are_the_second_addresses_of_their_contacts(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    moment = "'2026-01-05 09:00:00.000000'"
    routes = {"1": '{"phone": "15"}', "2": '{"phone": "15"}', "3": '{"phone": "c3"}', "4": '{"thread": "x"}', "5": None}
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0030")
        connection.execute(text(f"INSERT INTO organisation (id, name, created_at) VALUES ('default', 'O', {moment})"))
        for number, route in routes.items():
            row = f"('con_{number}', 'wa', 'c{number}', {moment})"
            connection.execute(text(f"INSERT INTO contact (id, channel, address, created_at) VALUES {row}"))
            row = f"('cnv_{number}', 'helper', 'con_{number}', 'wa', {moment}, :route)"
            connection.execute(
                text(f"INSERT INTO conversation (id, bot, contact_id, channel, created_at, route) VALUES {row}"),
                {"route": route},
            )
    database = await Database.open(str(path))
    async with database.read() as reader:
        found = await people.rows(reader, "contact", "channel", ["wa"])
    assert [row["second_address"] for row in found] == [None, "15", None, None, None]
    await database.close()


async def test_ids_of_older_talks_and_programs_are_packed_wherever_they_stand(tmp_path: Path) -> None:
    ids = {t.name: {c.name: c for c in t.c if isinstance(c.type, Id)} for t in metadata.sorted_tables}
    talk, its_program = "cnv_01m83re27j08namr8vj6vsjw2b", "9202d1acccba312ea9c29056d3e01bd8"

    def of(found: Column[Any]) -> str:
        keys = [found, *(key.column for key in found.foreign_keys)]
        return its_program if any(key.table.name == "program" for key in keys) else talk

    with as_of("0035", tmp_path) as (url, connection):
        for name, columns in ids.items():
            if columns:
                status = {"status": "pending"} if name == "message" else {}
                insert(connection, {}, name, {**status, **{key: of(found) for key, found in columns.items()}})
        connection.execute(text("INSERT INTO suspect VALUES ('run_1', 1, '2026-01-05')"))
    await (await Database.open(url)).close()
    with closing(sqlite3.connect(url)) as kept:
        for name, columns in ids.items():
            for key, found in columns.items():
                rows = {row[0] for row in kept.execute(f"SELECT {key} FROM {name}")}
                others = {"run_1"} if name == "suspect" else set()
                assert rows == {packed(of(found)), *others}, (name, key)


async def test_a_damaged_id_of_an_older_file_stays_and_stops_nothing(tmp_path: Path) -> None:
    damaged = "CAST(x'636f6e5fff' AS TEXT)"
    with as_of("0035", tmp_path) as (url, connection):
        insert(connection, {}, "contact", {"id": "con_1"})
        connection.execute(text(f"UPDATE contact SET id = {damaged}"))
    await (await Database.open(url)).close()
    with closing(sqlite3.connect(url)) as kept:
        assert kept.execute(f"SELECT count(*) FROM contact WHERE id = {damaged}").fetchone() == (1,)
