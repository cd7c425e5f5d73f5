"""Ids of talks, which SQLite keeps in fewer bytes: whoever reads or compares them sees the texts."""

import pkgutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, select, tuple_
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement, ClauseList, Grouping

from tasktalk import storage
from tasktalk.runtime.ids import least_id, new_id
from tasktalk.storage.database import Database
from tasktalk.storage.packed_ids import packed, unpacked
from tasktalk.storage.tables import contact, metadata
from tasktalk.storage.tables.columns import Id
from tasktalk.storage.writes import WriteSet

KINDS = ("con", "cnv", "ses", "msg", "trn")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
ULID = "01kdy1w400" + "0123456789abcdef"
ODD = (
    "con_1",
    f"tsk_{ULID}",
    f"con_{ULID.upper()}",
    f"con_{ULID[:-1]}i",  # no digit of a ULID
    f"con_{ULID[:-1]}_",
    f"con_{ULID[:-1]} ",
    f"con_+{ULID[1:]}",
    f"con_{ULID[:-1]}٣",
    f"con_g{ULID[1:]}",  # more than fits
    f"con_8{ULID[1:]}",
    f"con_4{ULID[1:]}",
    "0123456789ABCDEF0123456789abcdef",
    "01 23 45 67 89 ab cd ef 01 23 45",
    "",
)


@given(
    st.one_of(st.text(), st.from_regex(r"\A(con|cnv|ses|msg|trn)_[0-9a-z]{26}\Z"), st.from_regex(r"\A[0-9a-f]{32}\Z"))
)
@example(f"con_3{'z' * 25}")
@example(f"con_{'0' * 26}")
def test_a_text_comes_back_as_it_was(text: str) -> None:
    kept = packed(text)
    assert (unpacked(kept) if isinstance(kept, bytes) else kept) == text


@given(st.sampled_from(KINDS), st.lists(st.integers(0, 17_000_000_000).map(partial(datetime.fromtimestamp, tz=UTC))))
def test_ids_that_are_made_are_packed_in_their_order(kind: str, moments: list[datetime]) -> None:
    made = [make(kind, moment) for moment in moments for make in (new_id, least_id)]
    assert {len(packed(text)) for text in made} <= {16}
    assert sorted(made) == sorted(made, key=packed)


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_such_id_stays_as_it_is(text: str) -> None:
    assert packed(text) == text


@pytest.mark.parametrize("kept", [b"", b"\x10", bytes(16), b"\x60" + bytes(15), b"\xff" + bytes(15), b"\x10" * 17])
def test_other_bytes_are_no_id(kept: bytes) -> None:
    with pytest.raises(ValueError, match="no id"):
        unpacked(kept)


async def test_rows_are_found_by_ids_of_every_form(database: Database) -> None:
    ids = [new_id("con", NOW), new_id("con", NOW), *ODD]
    writes = WriteSet()
    for number, text in enumerate(ids):
        row = {"id": text, "channel": "c", "address": str(number), "created_at": NOW}
        writes.insert("contact", row)
    await database.commit(writes)
    async with database.read() as reader:
        for number, text in enumerate(ids):
            rows = await reader.rows(select(contact).where(contact.c.id == text))
            assert [(row["id"], row["address"]) for row in rows] == [(text, str(number))]
        some = await reader.rows(select(contact.c.id).where(contact.c.id.in_(ids[:4])))
    assert {row["id"] for row in some} == set(ids[:4])


async def test_a_list_of_rows_that_would_find_nothing_is_refused(database: Database) -> None:
    async with database.read() as reader:
        with pytest.raises(TypeError, match="compare the columns one by one"):
            await reader.rows(select(contact).where(tuple_(contact.c.id, contact.c.channel).in_([("con_1", "c")])))


def statements() -> Iterator[ClauseElement]:
    """Those that the modules make once."""

    def within(value: object) -> Iterator[ClauseElement]:
        if isinstance(value, ClauseElement):
            yield value
        elif isinstance(value, dict):
            yield from within(list(value.values()))
        elif isinstance(value, list | tuple):
            for item in value:
                yield from within(item)

    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            yield from within(list(vars(import_module(f"{storage.__name__}.{module.name}")).values()))


def kinds_of(part: object) -> set[bool]:
    """Whether it is a packed id, of each thing that is compared."""
    if isinstance(part, Grouping):
        return kinds_of(part.element)
    if isinstance(part, ClauseList):
        return {kind for item in part.clauses for kind in kinds_of(item)}
    assert isinstance(part, ColumnElement)
    return {isinstance(part.type, Id)}


def mixed(found: Iterable[ClauseElement]) -> Iterator[str]:
    """What compares a packed id with what is none, or gives both in one column without knowing it."""
    for statement in found:
        for part in visitors.iterate(statement):
            if isinstance(part, BinaryExpression) and part.operator.__name__ not in ("is_", "is_not"):
                if len(kinds_of(part.left) | kinds_of(part.right)) > 1 and len(kinds_of(part.left)) == 1:
                    yield str(part)
            elif isinstance(part, CompoundSelect):
                first, *others = [[isinstance(c.type, Id) for c in one.selected_columns] for one in part.selects]
                if any(
                    is_id and not is_first for other in others for is_id, is_first in zip(other, first, strict=True)
                ):
                    yield str(part)


def test_packed_ids_are_compared_with_packed_ids_alone() -> None:
    assert list(mixed(statements())) == []


def test_the_check_of_comparisons_sees_what_is_mixed() -> None:
    run = metadata.tables["run"]
    asked: BindParameter[str] = BindParameter("x", "con_1", run.c.id.type)
    assert list(mixed([select(run).where(run.c.conversation_id == run.c.id)]))
    assert list(mixed([contact.c.id == asked]))
    assert list(mixed([select(run.c.id).union_all(select(contact.c.id))]))
    assert not list(mixed([select(contact.c.id).union_all(select(run.c.id))]))
