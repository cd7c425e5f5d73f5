"""ChatBotKit: exports and imports (CBK-63 to CBK-70)."""

import csv
import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasktalk.bots.api import units
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import transfers, yaml_text
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor
from tasktalk.storage import events, scheduled_tasks
from tasktalk.storage.scheduled_tasks import Order, ScheduledFilter
from tasktalk.storage.tables import task as task_table
from tasktalk.storage.writes import WriteSet
from tests.bots.dialects.chatbotkit.conftest import Kit
from tests.bots.dialects.conftest import Answer

JSON, JSONL, CSV = "application/json", "application/jsonl", "text/csv"
ODD = {
    "yes": "yes",
    "number": "1e3",
    "nested": {"list": [1, 2.5, None, True, {"deep": "é😀"}]},
    "lines": "one\n two\n",
    "quotes": 'a "quoted", word',
}


async def export(kit: Kit, accept: str | None = None, query: str = "") -> tuple[str, Answer]:
    headers = {} if accept is None else {"Accept": accept}
    return await kit.text("GET", f"/task/export{query}", headers=headers)


async def bring_in(kit: Kit, text: str | bytes, kind: str) -> Answer:
    data = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return await kit.send("POST", "/task/import", data=data, headers={"Content-Type": kind})


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


async def some(kit: Kit, contact: str) -> None:
    await kit.made(name="=1+1", description='a, "b"\r\nc', meta=ODD, schedule="Wed, 25 Dec 2025 10:00:00 GMT")
    await kit.made(name="b", botId="support", contactId=contact, schedule="0 9 * * 1-5", timezone="Europe/Berlin")
    await kit.made(name="c", sessionDuration=0, schedule="2024-01-01")
    await kit.made()


def without_times(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in {"id", "createdAt", "updatedAt"}}


@pytest.mark.parametrize("accept", [JSON, None, "*/*", "application/*, text/csv;q=0.5"])
async def test_cbk_63_and_69_json(kit: Kit, contact: str, accept: str | None) -> None:
    await some(kit, contact)
    _, answer = await export(kit, accept)
    assert answer.headers["Content-Type"].startswith(JSON)
    listed = (await kit.page()).body["items"]
    configured = {name: value for name, value in listed[0].items() if name in answer.body["items"][0]}
    assert answer.body["items"][0] == configured
    assert [item["id"] for item in answer.body["items"]] == [item["id"] for item in listed]
    assert answer.body["cursor"] == ""


async def test_cbk_63_nothing_at_all_is_exported_too(kit: Kit) -> None:
    assert (await export(kit))[1].body == {"items": [], "cursor": ""}
    assert (await export(kit, JSONL))[0] == ""
    assert rows_of((await export(kit, CSV))[0]) == []


async def test_cbk_64_lines_of_json(kit: Kit, contact: str) -> None:
    await some(kit, contact)
    text, answer = await export(kit, JSONL)
    assert answer.headers["Content-Type"] == JSONL
    found = [json.loads(line) for line in text.splitlines()]
    assert [each["data"] for each in found] == (await export(kit))[1].body["items"]
    assert {each["type"] for each in found} == {"item"}


async def test_cbk_65_and_68_csv_has_a_header_and_quotes_what_needs_it(kit: Kit, contact: str) -> None:
    await some(kit, contact)
    text, answer = await export(kit, CSV)
    assert answer.headers["Content-Type"].startswith(CSV)
    assert text.startswith(
        "id,name,description,meta,botId,contactId,schedule,timezone,sessionDuration,createdAt,updatedAt\r\n"
    )
    found = {row["name"]: row for row in rows_of(text)}
    assert found["=1+1"]["description"] == 'a, "b"\r\nc'
    assert found["=1+1"]["schedule"] == "Wed, 25 Dec 2025 10:00:00 GMT"
    assert (found["b"]["botId"], found["b"]["sessionDuration"], found["c"]["sessionDuration"]) == ("support", "", "0")


async def test_cbk_66_meta_is_yaml_in_csv(kit: Kit, contact: str) -> None:
    await some(kit, contact)
    found = {row["name"]: row["meta"] for row in rows_of((await export(kit, CSV))[0])}
    assert yaml.safe_load(found["=1+1"]) == ODD
    assert found["b"] == ""
    assert "yes: 'yes'" in found["=1+1"].replace("'yes': ", "yes: ")


TRICKY = [
    *("yes", "no", "on", "y", "1e3", "0x1F", "010", "0o7", "1_000", "12:30:00", "2025-01-01", "null", "~", "", "="),
    *("<<", ".5", "1.", "+1", "-", "?", "- a", "a: b", "#x", " x", "x ", "a\nb", "a\n", "\n", "  a\n b\n", "\ta\nb"),
    *(".inf", ".nan", "%a", "@x", "`x", "&a", "*a", "!a", "|", "a\r\nb", "\u00e9\u2028x", "\x85", "\U0001f600"),
    *("\ufeffx", "1\n", "---", "..."),
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.sampled_from(
    TRICKY
)
METAS = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=8,
    ),
    max_size=5,
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(METAS)
def test_cbk_66_any_meta_is_read_back_by_us_and_by_others(meta: dict[str, Any]) -> None:
    text = yaml_text.written(meta)
    for found in (yaml_text.read(text), yaml.safe_load(text)):
        assert json.dumps(found) == json.dumps(meta)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes\nb: 2025-01-01\nc: 12:30", {"a": "yes", "b": "2025-01-01", "c": "12:30"}),
        ("{a: 1, b: 1e3, c: 0x10, d: 0o10, e: ~, f: .5}", {"a": 1, "b": 1000.0, "c": 16, "d": 8, "e": None, "f": 0.5}),
        ("a: !!str 1", {"a": "1"}),
    ],
)
def test_cbk_66_yaml_that_people_write_is_read_as_yaml_1_2(text: str, value: object) -> None:
    assert yaml_text.read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "[1",
        "a: *x",
        "a: &a [1]\nb: *a",
        "&a [*a]",
        "!!python/object/apply:os.system [x]",
        "a: b: c",
        "[" * 2000,
        "- " * 300 + "1",
        "!!int x",
        "9" * 5000,
        "!!binary x",
        "\t- a",
        "a: 1\n---\nb: 2",
    ],
)
def test_cbk_66_no_yaml_does_any_harm(text: str) -> None:
    with pytest.raises(Refused) as refused:
        yaml_text.read(text)
    assert refused.value.code == "invalid_meta"


@pytest.mark.parametrize("accept", [JSON, JSONL, CSV])
async def test_cbk_67_exports_in_pages(kit: Kit, accept: str) -> None:
    for name in "abcde":
        await kit.made(name=name)
    found, cursor = "", ""
    for _ in range(3):
        text, answer = await export(kit, accept, f"?take=2&order=asc&cursor={cursor}")
        found += "".join(name for name in "abcde" if f'"name": "{name}"' in text or f",{name},," in text)
        cursor = answer.headers["x-cursor"]
        if accept == JSON:
            assert answer.body["cursor"] == cursor
    assert (found, cursor) == ("abcde", "")


async def test_cbk_69_what_cannot_be_had_is_406(kit: Kit) -> None:
    for accept in ["text/html", "application/xml, text/html;q=0.9", "text/csv;q=0"]:
        for path in ("/task/export", "/task/list"):
            answer = await kit.send("GET", path, headers={"Accept": accept})
            assert (answer.status, answer.body["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_cbk_69_an_export_reads_no_further_than_its_reader(
    kit: Kit, services: Services, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    """However many tasks there are, a page of them is in memory."""
    await kit.made(name="first", schedule="daily")
    async with services.database.read() as reader:
        (row,) = await reader.rows(task_table.select())
    writes = WriteSet()
    for number in range(2 * transfers.PAGE + 10):
        writes.insert("task", {**row, "id": f"zz{number:06}"})
    await services.database.commit(writes)
    asked: list[int] = []
    page = scheduled_tasks.page

    async def counted(*args: Any, **options: Any) -> Any:
        asked.append(options["limit"])
        return await page(*args, **options)

    monkeypatch.setattr(scheduled_tasks, "page", counted)
    tasks = units.reading(services, Actor("user123", "default", "test"))
    export = transfers.Export(tasks, ScheduledFilter(), order, None, None)
    first, _ = await export.first()
    found = []
    async for each in export.all(first):
        found.append(each["id"])
        assert len(asked) == (len(found) - 1) // transfers.PAGE + 1
    assert len(found) == 2 * transfers.PAGE + 11
    assert found == sorted(found, reverse=order == "desc")
    assert max(asked) == transfers.PAGE + 1


async def test_cbk_68_no_cell_is_altered_unless_that_is_set(kit: Kit) -> None:
    texts = ["=1+1", "'=1+1", "'x", "@a"]
    for text in texts:
        await kit.made(name="x", description=text)
    text, _ = await export(kit, CSV, "?order=asc")
    assert [row["description"] for row in rows_of(text)] == texts
    assert (await bring_in(kit, text, CSV)).status == 200
    assert [item["description"] for item in (await kit.page(order="asc")).body["items"]] == texts * 2


@pytest.mark.parametrize("kind", [JSON, JSONL, CSV])
async def test_cbk_70_what_is_exported_can_be_brought_in_elsewhere(kit: Kit, contact: str, kind: str) -> None:
    await some(kit, contact)
    text, _ = await export(kit, kind, "?order=asc")
    before = (await export(kit, JSON, "?order=asc"))[1].body["items"]
    for item in before:
        await kit.delete(item["id"])
    answer = await bring_in(kit, text, kind)
    assert answer.status == 200, answer
    after = (await export(kit, JSON, "?order=asc"))[1].body["items"]
    assert [without_times(item) for item in after] == [without_times(item) for item in before]
    assert answer.body["ids"] == [item["id"] for item in after]
    assert not {item["id"] for item in after} & {item["id"] for item in before}


async def test_cbk_70_a_schedule_of_another_interface_comes_in_too(kit: Kit) -> None:
    assert (await bring_in(kit, '[{"schedule": "every 5 minutes"}]', JSON)).status == 200
    assert (await kit.page()).body["items"][0]["schedule"] == "every 5 minutes"


GOOD_LINE = '{"name": "a"}\n'


WRONG_FILES: list[tuple[str | bytes, str, int]] = [
    ("{}", JSON, 400),
    ("[1]", JSON, 400),
    ("[", JSON, 400),
    ('{"items": {}}', JSON, 400),
    ('[{"name": "a"}, {"name": 5}]', JSON, 400),
    ('[{"name": "a"}, {"nam": "b"}]', JSON, 400),
    ('[{"name": "a"}, {"schedule": "sometimes"}]', JSON, 400),
    ('[{"name": "a"}, {"botId": "nobody"}]', JSON, 404),
    ('[{"name": "a"}, {"contactId": "ct_none"}]', JSON, 404),
    (GOOD_LINE + "{", JSONL, 400),
    (GOOD_LINE + "[]", JSONL, 400),
    (GOOD_LINE + '{"type": "item", "data": 5}', JSONL, 400),
    ("name,name\r\na,b\r\n", CSV, 400),
    ("name,meta\r\na\r\n", CSV, 400),
    ('name\r\n"a', CSV, 400),
    ("name,meta\r\na,[1\r\n", CSV, 400),
    ("name,meta\r\na,[1]\r\n", CSV, 400),
    ("name,meta\r\na,{1: 2}\r\n", CSV, 400),
    ("name,sessionDuration\r\na,long\r\n", CSV, 400),
    ("name,what\r\na,b\r\n", CSV, 400),
    ("-2611", CSV, 400),
    (b"name\r\n\xff\r\n", CSV, 400),
    ("name\r\na\r\n", "text/plain", 415),
    ("name\r\na\r\n", "text/csv; charset=latin-1", 415),
    ("[" * 100_000, JSON, 400),
    ("[" + "{}," * 5000 + "{}]", JSON, 400),
    ("x" * 8_400_000, CSV, 413),
]


async def test_cbk_70_and_x_15_a_file_with_anything_wrong_makes_nothing(kit: Kit, services: Services) -> None:
    for text, kind, status in WRONG_FILES:
        answer = await bring_in(kit, text, kind)
        assert answer.status == status, answer
        assert set(answer.body) == {"message", "code"}
        async with services.database.read() as reader:
            assert await events.after(reader, "task", 0) == []
