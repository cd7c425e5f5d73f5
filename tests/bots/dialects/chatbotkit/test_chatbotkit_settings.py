"""ChatBotKit where the host has decided otherwise than its document."""

from collections.abc import Mapping
from typing import Any

import pytest

from tasktalk.bots.dialects.settings import ChatBotKit
from tests.bots.dialects.chatbotkit.conftest import HOUR, Kit, ms
from tests.bots.dialects.chatbotkit.test_chatbotkit_examples import EXAMPLES
from tests.bots.dialects.chatbotkit.test_chatbotkit_transfers import (
    CSV,
    JSON,
    JSONL,
    bring_in,
    export,
    rows_of,
    without_times,
)

FORMULAS = ["=1+1", "+1", "-1", "@sum(a)", "\t=1", "\r=1", "'=1", "''@x", "- a list"]
OTHERS = ["a=1", "1-1", "'", "'quoted'", "a\n=b"]


@pytest.fixture
def decided() -> ChatBotKit:
    """Everything is other than its default."""
    return ChatBotKit(session_duration_over_max="clamp", csv_formulas="prefix", x_timezone="use")


@pytest.mark.parametrize(
    ("fields", "zone", "next_run"),
    [
        ({}, "Europe/Berlin", ms(2025, 6, 1, 7)),
        ({"timezone": None}, "Europe/Berlin", ms(2025, 6, 1, 7)),
        ({"timezone": "Asia/Tokyo"}, "Asia/Tokyo", ms(2025, 6, 2, 0)),
        ({"timezone": "UTC"}, "UTC", ms(2025, 6, 1, 9)),
    ],
)
async def test_cbk_06_the_header_is_the_timezone_of_a_new_task_that_names_none_where_that_is_set(
    kit: Kit, fields: dict[str, Any], zone: str, next_run: int
) -> None:
    kit.headers = {"X-Timezone": "Europe/Berlin"}
    found = await kit.fetch(await kit.made(schedule="0 9 * * *", **fields))
    assert (found["timezone"], found["nextRunAt"]) == (zone, next_run)


async def test_cbk_06_without_the_header_it_is_utc_and_updates_pass_it_over(kit: Kit) -> None:
    task_id = await kit.made(schedule="0 9 * * *")
    kit.headers = {"x-timezone": ""}
    assert [(await kit.fetch(each))["timezone"] for each in (task_id, await kit.made())] == ["UTC", "UTC"]
    kit.headers = {"x-timezone": "Europe/Berlin"}
    assert (await kit.updated(task_id, schedule="0 10 * * *"))["timezone"] == "UTC"


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "Europe", "../UTC", "\u00e9", "x" * 5000])
async def test_cbk_06_and_42_an_unknown_timezone_in_the_header_is_refused(kit: Kit, zone: str) -> None:
    kit.headers = {"x-timezone": zone}
    answer = await kit.create(schedule="daily")
    assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
    assert (await kit.page()).body["items"] == []


@pytest.mark.parametrize(("sent", "kept"), [(0, 0), (HOUR, HOUR), (HOUR + 1, HOUR), (7_200_000, HOUR), (10**400, HOUR)])
async def test_cbk_49_too_long_a_session_is_the_longest_where_that_is_set(kit: Kit, sent: int, kept: int) -> None:
    task_id = await kit.made(sessionDuration=sent)
    assert (await kit.fetch(task_id))["sessionDuration"] == kept
    assert (await kit.updated(await kit.made(), sessionDuration=sent))["sessionDuration"] == kept


@pytest.mark.parametrize("body", EXAMPLES["update"], ids=lambda body: body["schedule"])
async def test_cbk_49_and_100_each_documented_update_is_taken_where_that_is_set(kit: Kit, body: dict[str, Any]) -> None:
    found = await kit.updated(await kit.made(**EXAMPLES["create"][0]), **body)
    assert {name: found[name] for name in body} == {
        name: min(value, HOUR) if name == "sessionDuration" else value for name, value in body.items()
    }


async def test_cbk_49_what_is_no_duration_stays_an_error_where_that_is_set(kit: Kit) -> None:
    wrong: list[object] = [-1, 7_200_000.0, "7200000", True, []]
    for duration in wrong:
        answer = await kit.create(sessionDuration=duration)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")


async def test_cbk_49_imports_do_the_same(kit: Kit) -> None:
    for kind, text in (
        (JSON, '[{"name": "a", "sessionDuration": 7200000}]'),
        (CSV, "name,sessionDuration\r\na,7200000\r\n"),
    ):
        answer = await bring_in(kit, text, kind)
        assert answer.status == 200, answer
        assert (await kit.fetch(answer.body["ids"][0]))["sessionDuration"] == HOUR


async def test_cbk_06_and_49_the_document_of_the_interface_says_so(kit: Kit) -> None:
    async with kit.client.get("/chatbotkit/openapi.json") as response:
        document = await response.json()
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    parameters = document["paths"]["/task/create"]["post"]["parameters"]
    assert "x-timezone" in [parameter.get("name") for parameter in parameters]
    for name in ("NewTask", "TaskChanges"):
        assert "maximum" not in str(schemas[name]["properties"]["sessionDuration"])
    assert "maximum" in str(schemas["Task"]["properties"]["sessionDuration"])


async def test_cbk_68_cells_like_formulas_have_an_apostrophe_where_that_is_set(kit: Kit) -> None:
    for text in (*FORMULAS, *OTHERS):
        await kit.made(name="x", description=text, meta={text: text})
    rows = rows_of((await export(kit, CSV, "?order=asc"))[0])
    assert [row["description"] for row in rows] == [*(f"'{text}" for text in FORMULAS), *OTHERS]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("kind", [JSON, JSONL, CSV])
async def test_cbk_68_and_70_an_import_takes_the_apostrophes_away_again(kit: Kit, kind: str) -> None:
    for text in (*FORMULAS, *OTHERS):
        await kit.made(name=f"{text}x", description=text, meta={text: text})
    before = (await export(kit, JSON, "?order=asc"))[1].body["items"]
    assert {item["description"] for item in before} == {*FORMULAS, *OTHERS}
    text, _ = await export(kit, kind, "?order=asc")
    answer = await bring_in(kit, text, kind)
    assert answer.status == 200, answer
    after = (await export(kit, JSON, "?order=asc"))[1].body["items"][len(before) :]
    assert [without_times(item) for item in after] == [without_times(item) for item in before]
