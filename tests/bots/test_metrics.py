"""`/metrics`: what was counted is what happened, for those who may know it, and never more than is bounded."""

import asyncio
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tasktalk.bots.app import Settings
from tasktalk.bots.watch.metrics import every_instrument
from tasktalk.bots.watch.requests import Requests
from tasktalk.runtime.meters import MOST_SERIES, OTHER, Number, Spread
from tests.bots.conftest import Client, Serve

HOSTING = (Path(__file__).parents[2] / "docs" / "HOSTING.md").read_text(encoding="utf-8")


async def told(client: Client) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = await client.get("/metrics")
    assert answer.status == 200
    assert answer.content_type == "text/plain"
    found = {}
    for family in text_string_to_metric_families(await answer.text()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def say(client: Client, text: str, message_id: str, bot: str = "ask") -> None:
    answer = await client.post(
        f"/webhook/{bot}", json={"contact": "ana-the-contact", "text": text, "message_id": message_id}
    )
    assert answer.status == 200


async def test_turns_messages_commits_and_requests_are_counted(serve: Serve) -> None:
    async with serve({"ask": 'HEAR x WITH "Who?"\nTALK x\n', "broken": 'THROW "no"\n'}) as client:
        await say(client, "hi", "1")
        await say(client, "Ana", "2")
        await say(client, "Ana", "2")
        await say(client, "hi", "1", "broken")
        found = await told(client)
    assert found["tasktalk_turns_total{bot=ask,outcome=waiting}"] == 1
    assert found["tasktalk_turns_total{bot=ask,outcome=ended}"] == 1
    assert found["tasktalk_turns_total{bot=broken,outcome=failed}"] == 1
    assert found["tasktalk_turn_seconds_count"] == found["tasktalk_turn_computing_seconds_count"] == 3
    assert found["tasktalk_turn_seconds_sum"] > found["tasktalk_turn_computing_seconds_sum"] > 0
    assert found["tasktalk_received_total{channel=webhook,outcome=new}"] == 3
    assert found["tasktalk_received_total{channel=webhook,outcome=repeat}"] == 1
    assert found["tasktalk_commit_seconds_count"] == found["tasktalk_commit_write_sets_count"] >= 6
    assert found["tasktalk_commit_write_sets_sum"] >= found["tasktalk_commit_write_sets_count"]
    assert found["tasktalk_write_sets_refused_total"] == 0
    assert found["tasktalk_http_requests_total{method=POST,route=/webhook/{bot},status=200}"] == 4
    assert found["tasktalk_http_request_seconds_count{route=/webhook/{bot}}"] == 4
    assert found["tasktalk_bots"] == 2
    assert found["tasktalk_database_up"] == 1
    assert found["tasktalk_inbox_pending"] == found["tasktalk_conversations_busy"] == 0
    assert found["tasktalk_due{kind=run}"] == 0
    assert found["process_open_fds"] > 0


async def test_a_session_that_waits_is_warm(serve: Serve) -> None:
    async with serve() as client:
        await say(client, "hi", "1")
        assert (await told(client))["tasktalk_warm_sessions"] == 1


async def test_no_label_tells_one_contact_or_address_from_another(serve: Serve) -> None:
    async with serve() as client:
        await say(client, "hi", "1")
        await client.get("/nowhere/a-secret-address")
        await client.request("PROPFIND", "/")
        text = await (await client.get("/metrics")).text()
    assert "ana-the-contact" not in text
    assert "cnv_" not in text
    assert "a-secret-address" not in text
    assert 'tasktalk_http_requests_total{method="GET",route="other",status="404"} 1.0' in text
    assert 'tasktalk_http_requests_total{method="other",route="other",status="405"} 1.0' in text


async def test_openmetrics_is_told_to_those_who_ask_for_it(serve: Serve) -> None:
    async with serve() as client:
        answer = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
        assert answer.content_type == "application/openmetrics-text"
        assert (await answer.text()).endswith("# EOF\n")


async def test_beyond_loopback_only_its_own_secret_opens_it(serve: Serve) -> None:
    async with serve(settings=Settings(is_loopback=False, webhook_secret="other")) as client:
        answer = await client.get("/metrics", headers={"Authorization": "Bearer other"})
        assert answer.status == 403
        assert "metrics" in (await answer.json())["message"]
    async with serve(settings=Settings(is_loopback=False, metrics_secret="sesame")) as client:
        assert (await client.get("/metrics")).status == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer wrong"})).status == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer sesame"})).status == 200


async def test_another_name_than_loopback_is_not_served_without_a_secret(serve: Serve) -> None:
    async with serve() as client:
        assert (await client.get("/metrics", headers={"Host": "bots.example"})).status == 403


async def test_a_loop_that_was_held_up_is_late() -> None:
    requests = Requests()
    measuring = asyncio.create_task(requests.measure(0.001))
    await asyncio.sleep(0)  # it has begun
    time.sleep(0.05)  # noqa: ASYNC251 - what holds the loop up
    while not requests.loop_late.values:  # noqa: ASYNC110 - what is awaited is a round of the loop
        await asyncio.sleep(0)
    measuring.cancel()
    [(_, [total])] = requests.loop_late.values.values()
    assert total >= 0.04


def test_a_number_keeps_no_more_series_than_is_bounded() -> None:
    number = Number("counter", "n", "", "bot")
    for count in range(MOST_SERIES + 5):
        number.add(f"bot {count}")
    assert len(number.values) == MOST_SERIES + 1
    assert number.values[(OTHER,)] == 5


@pytest.mark.parametrize(("value", "place"), [(0.5, 0), (1.0, 0), (1.5, 1), (9.0, 2)])
def test_a_spread_counts_up_to_each_bound(value: float, place: int) -> None:
    spread = Spread("s", "", bounds=(1.0, 2.0))
    spread.observe(value)
    [(counts, total)] = spread.values.values()
    assert [counts[place], sum(counts), *total] == [1, 1, value]


def test_the_page_for_those_who_host_has_every_metric() -> None:
    ending = {"counter": "_total", "gauge": "", "histogram": ""}
    rows = [
        f"| `{each.name}{ending[each.kind]}` | {each.kind} | {', '.join(each.labels)} | {each.meaning} |"
        for each in every_instrument()
    ]
    table = "\n".join(["| metric | kind | labels | what it tells |", "|---|---|---|---|", *rows])
    assert table in HOSTING, f"docs/HOSTING.md must have:\n{table}"
