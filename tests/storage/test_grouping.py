"""Writes in groups leave the same rows as writes one by one."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.exc import IntegrityError

from tasktalk.storage import tables
from tasktalk.storage.grouping import Group, Unexpected, grouped, singly
from tasktalk.storage.many_rows import execute
from tasktalk.storage.writes import Add, Count, Delete, Expect, Insert, Update, Write

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = st.sampled_from(["a", "b", "c"])


def contact(key: str) -> Write:
    return Insert("contact", {"id": key, "channel": "test", "address": key, "created_at": NOW})


def conversation(key: str, owner: str) -> Write:
    row = {"id": key, "bot": key, "contact_id": owner, "channel": "test", "created_at": NOW}
    return Insert("conversation", row)


WRITES = st.one_of(
    st.builds(contact, KEYS),
    st.builds(conversation, KEYS, KEYS),
    st.builds(lambda k, n: Update("contact", {"id": k}, {"name": n}), KEYS, KEYS),
    st.builds(lambda k, n: Update("contact", {"id": k, "name": None}, {"name": n}), KEYS, KEYS),
    st.builds(lambda k, n: Update("contact", {"address": k}, {"name": n}), KEYS, KEYS),
    st.builds(lambda k: Expect("contact", {"id": k}), KEYS),
    st.builds(lambda k, n: Expect("contact", {"id": k, "name": n}), KEYS, KEYS),
    st.builds(lambda n: Expect("contact", {"name": n}), KEYS),
    st.builds(lambda k: Delete("contact", {"id": k}), KEYS),
    st.builds(lambda k: Delete("conversation", {"id": k}), KEYS),
    st.builds(lambda k: Delete("conversation", {"contact_id": k}), KEYS),
    st.builds(lambda k, o: Update("conversation", {"id": k}, {"contact_id": o}), KEYS, KEYS),
)


def rows_after(groups: Iterable[Group]) -> list[list[str]] | None:
    """The rows of SQLite, or None when the writes did not fit."""
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def strict(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    with engine.connect() as connection:
        tables.metadata.create_all(connection, tables=[tables.contact, tables.conversation])
        return rows_written(connection, partial(execute, connection, groups))


def rows_written(connection: Connection, execute: Callable[[], object]) -> list[list[str]] | None:
    """The rows, or None when the writes did not fit."""
    try:
        execute()
    except (Unexpected, IntegrityError):
        return None
    return [contents(connection, "contact"), contents(connection, "conversation")]


def contents(connection: Connection, table: str) -> list[str]:
    found = tables.metadata.tables[table]
    return sorted(repr(tuple(row)) for row in connection.execute(select(found)))


@given(st.lists(WRITES, max_size=12))
@example([contact("b"), conversation("a", "a"), contact("a")])
def test_groups_leave_the_same_rows(writes: list[Write]) -> None:
    one_by_one = rows_after(singly(writes))
    together = rows_after(grouped(writes))
    if together is not None:  # else they are written one by one
        assert together == one_by_one


def test_many_turns_become_one_statement_for_each_kind_of_write() -> None:
    writes: list[Write] = []
    for key in map(str, range(50)):
        writes += [
            contact(key),
            conversation(key, key),
            Update("contact", {"id": key}, {"name": "x"}),
            Delete("timer", {"id": key}),
            Insert("timer", {"id": key, "session_id": "s", "conversation_id": key, "due_at": NOW}),
        ]
    assert [(g.kind, g.first.table, len(g.writes)) for g in grouped(writes)] == [
        ("insert", "contact", 50),
        ("insert", "conversation", 50),
        ("update", "contact", 50),
        ("delete", "timer", 50),
        ("insert", "timer", 50),
    ]


def test_turns_that_have_nothing_to_do_with_one_another_are_not_looked_at_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("tasktalk.storage.grouping._Touched")
    writes: list[Write] = []
    for key in map(str, range(50)):
        heard = {"id": f"in{key}", "conversation_id": key, "direction": "in", "text": "a", "created_at": NOW}
        said = {"id": f"out{key}", "conversation_id": key, "direction": "out", "text": "b", "created_at": NOW}
        writes += [
            Insert("message", heard),
            Update("session", {"id": key, "version": 1}, {"version": 2, "state": b""}),
            Insert("message", said),
            Expect("lease", {"bucket": 7, "epoch": 1}),
        ]
    assert [(group.kind, group.first.table, len(group.writes)) for group in grouped(writes)] == [
        ("insert", "message", 100),
        ("update", "session", 50),
        ("expect", "lease", 50),
    ]


def test_what_many_expect_and_refer_to_is_looked_at_once() -> None:
    writes: list[Write] = [Insert("organisation", {"id": "o", "name": "O", "created_at": NOW})]
    for key in map(str, range(50)):
        writes.append(Expect("organisation", {"id": "o", "has_directory": False}))
        writes.append(Insert("user", {"id": key, "organisation_id": "o", "name": "u", "created_at": NOW}))
    writes.append(Update("organisation", {"id": "o"}, {"has_directory": True}))
    writes.append(Expect("organisation", {"id": "o", "has_directory": False}))
    assert [(group.kind, len(group.writes)) for group in grouped(writes)] == [
        ("insert", 1),
        ("expect", 50),
        ("insert", 50),
        ("update", 1),
        ("expect", 1),
    ]


def test_counts_of_a_row_become_one_statement_that_no_other_write_passes() -> None:
    def begun(key: str) -> Write:
        return Insert("budget", {"user_id": key, "kind": "k", "count": 0, "begun_at": NOW})

    def one_more(key: str) -> Write:
        return Count("budget", {"user_id": key, "kind": "k"}, "count", 3)

    again = Update("budget", {"user_id": "a", "kind": "k"}, {"count": 0})
    writes = [begun("a"), one_more("a"), begun("b"), one_more("a"), one_more("b"), again, one_more("a")]
    assert [(group.kind, len(group.writes)) for group in grouped(writes)] == [
        ("insert", 2),
        ("count", 3),
        ("update", 1),
        ("count", 1),
    ]


def test_a_row_that_is_changed_twice_is_changed_by_two_statements() -> None:
    def named(key: str, before: str, after: str) -> Write:
        return Update("contact", {"id": key, "name": before}, {"name": after})

    writes = [named("a", "1", "2"), named("b", "1", "2"), named("a", "2", "3"), named("c", "1", "2")]
    assert [[write.key["id"] for write in group.writes] for group in grouped(writes)] == [["a", "b"], ["a", "c"]]  # type: ignore[union-attr]


def test_a_row_is_not_put_before_the_one_that_it_refers_to() -> None:
    writes = [
        contact("a"),
        conversation("1", "a"),
        Delete("contact", {"id": "b"}),
        contact("b"),
        conversation("2", "b"),
    ]
    assert [(group.kind, group.first.table) for group in grouped(writes)] == [
        ("insert", "contact"),
        ("insert", "conversation"),
        ("delete", "contact"),
        ("insert", "contact"),
        ("insert", "conversation"),
    ]


def test_a_delete_by_another_column_is_never_passed() -> None:
    def timer(key: str) -> Write:
        return Insert("timer", {"id": key, "session_id": "s", "conversation_id": "c", "due_at": NOW})

    writes = [timer("1"), Delete("timer", {"session_id": "s"}), timer("2")]
    assert [len(group.writes) for group in grouped(writes)] == [1, 1, 1]


def test_rows_that_the_database_gives_their_keys_are_written_together() -> None:
    writes: list[Write] = [Insert("task_number", {"task_id": task}) for task in ("a", "b")]
    writes += [Delete("task_number", {"task_id": "a"}), Insert("task_number", {"task_id": "a"})]
    assert [(group.kind, len(group.writes)) for group in grouped(writes)] == [
        ("insert", 2),
        ("delete", 1),
        ("insert", 1),
    ]


def test_additions_of_a_batch_are_one_for_each_row() -> None:
    key = {"organisation_id": "o", "tag": "", "is_scheduled": False, "status": "pending", "period": 1}
    none = {"updated_count": 0, "due_count": 0, "undue_count": 0}
    writes: list[Write] = [
        Insert("organisation", {"id": "o", "name": "O", "created_at": NOW}),
        *(Add("task_count", {**key, "priority": word}, {**none, "count": 1}) for word in ("low", "high", "low", "low")),
        Add("task_count", {**key, "priority": "low"}, {**none, "count": -1}),
    ]
    executed: list[str] = []
    with create_engine("sqlite://").connect() as connection:
        tables.metadata.create_all(connection, tables=[tables.organisation, tables.task_count])
        connection.connection.driver_connection.set_trace_callback(executed.append)  # type: ignore[union-attr]
        for each in (writes, writes[1:]):
            execute(connection, grouped(each))
        found = connection.execute(select(tables.task_count.c.priority, tables.task_count.c.count)).all()
    assert sorted(map(tuple, found)) == [("high", 2), ("low", 4)]
    assert sum("INTO task_count" in statement for statement in executed) == 2  # one for both rows, each time


def test_many_rows_are_written_by_few_statements() -> None:
    many = [str(number) for number in range(100)]
    renamed: list[Write] = [Update("contact", {"id": key, "name": None}, {"name": f"é\0{key}"}) for key in many]
    executed: list[str] = []
    with create_engine("sqlite://").connect() as connection:
        tables.metadata.create_all(connection, tables=[tables.contact])
        connection.connection.driver_connection.set_trace_callback(executed.append)  # type: ignore[union-attr]
        execute(connection, grouped([contact(key) for key in many]))
        execute(connection, grouped(renamed))
        kinds = [statement.split()[0] for statement in executed if "contact" in statement]
        assert kinds == ["INSERT"] * 3 + ["UPDATE"] * 3  # 64 + 32 + 4
        with pytest.raises(Unexpected) as found:
            execute(connection, grouped([*renamed, contact("new")]))
        assert found.value.count == 0
        names = connection.execute(select(tables.contact.c.id, tables.contact.c.name)).all()
    assert sorted(map(tuple, names)) == sorted((key, f"é\ufffd{key}") for key in many)
