"""Statements of one form are compiled once, and each has its own values."""

import pytest
from sqlalchemy import Select, bindparam, select

from tasktalk.storage import reading
from tasktalk.storage.database import Database
from tasktalk.storage.tables import organisation
from tasktalk.storage.writes import WriteSet
from tests.conftest import START

NAMES = ("a", "b", "c")


def named(name: str | None) -> Select[tuple[str]]:
    return select(organisation.c.id).where(organisation.c.name == name)


async def filled(database: Database) -> None:
    writes = WriteSet()
    for name in NAMES:
        row = {"id": f"org_{name}", "name": name, "has_directory": False, "created_at": START}
        writes.insert("organisation", row)
    await database.commit(writes)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The statements that are compiled."""
    found: list[object] = []
    real = reading._Compiled.__init__

    def counting(made: reading._Compiled, statement: Select[tuple[str]], *rest: object) -> None:
        found.append(statement)
        real(made, statement, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "_OF_FORMS", {})
    monkeypatch.setattr(reading._Compiled, "__init__", counting)
    return found


async def test_each_statement_has_its_own_values(database: Database, compiled: list[object]) -> None:
    await filled(database)
    async with database.read() as reader:
        found = [await reader.value(named(name)) for name in (*NAMES, "d", "a")]
        assert found == ["org_a", "org_b", "org_c", None, "org_a"]
        assert len(compiled) == 1
        # NULL is compared in another way, and so in another form.
        assert await reader.value(named(None)) is None
        # What is given beside a statement goes before what stands in it.
        query = select(organisation.c.id).where(organisation.c.name == bindparam("name", "a"))
        assert await reader.value(query) == "org_a"
        assert await reader.value(query, {"name": "b"}) == "org_b"


async def test_lists_of_any_length_are_read_by_one_form(database: Database, compiled: list[object]) -> None:
    await filled(database)
    async with database.read() as reader:
        for names in ((), ("a",), ("b", "c"), ("c",), ("a", "b", "c", "d")):
            query = select(organisation.c.name).where(organisation.c.name.in_(names)).order_by(organisation.c.name)
            assert [row["name"] for row in await reader.rows(query)] == [name for name in names if name != "d"]
    assert len(compiled) == 1


async def test_lists_stand_among_other_values(database: Database, compiled: list[object]) -> None:
    await filled(database)
    async with database.read() as reader:
        for names, others, least in ((NAMES, (), "b"), (("c",), ("c",), "a"), ((), ("a",), "a"), (NAMES, ("b",), "a")):
            query = select(organisation.c.name).where(
                organisation.c.id >= f"org_{least}",
                organisation.c.name.in_(names),
                organisation.c.created_at.in_([START]),
                organisation.c.id != bindparam("but", "nothing"),
                organisation.c.name.not_in(others),
            )
            wanted = {name for name in names if name >= least and name not in others}
            assert {row["name"] for row in await reader.rows(query)} == wanted
            assert {row["name"] for row in await reader.rows(query, {"but": "org_c"})} == wanted - {"c"}
    assert len(compiled) == 1


async def test_many_forms_are_not_all_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(database)
    forms: dict[object, object] = {}
    monkeypatch.setattr(reading, "_OF_FORMS", forms)
    monkeypatch.setattr(reading, "_MOST_FORMS", 3)
    async with database.read() as reader:
        for count in range(1, 9):
            query = select(*[organisation.c.id.label(f"id_{n}") for n in range(count)]).where(
                organisation.c.name == "a"
            )
            assert await reader.row(query) == {f"id_{n}": "org_a" for n in range(count)}
            assert len(forms) <= 3
