"""Traces: a span for each turn with its steps, its commit and its deliveries in it, and nothing of what was said."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tasktalk.bots.watch.traces import Traces
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Delivery
from tests.runtime.asking import Service
from tests.runtime.test_steps import refuse_turns
from tests.stage import Stage

SECRET = "open sesame"
TALK = f'HEAR word AS PASSWORD\nx = ORDER word\nTALK "{SECRET}, said " + x.thing\n'


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock, service: Service) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, clock, [service.keyword()])
    yield stage
    await stage.close()


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


async def traced(stage: Stage, exporter: InMemorySpanExporter, source: str, **options: Any) -> None:
    stage.write(source)
    await stage.open(**options)
    Traces(SimpleSpanProcessor(exporter)).follow(stage.engine)


async def say(stage: Stage, text: str) -> None:
    await stage.say(text)
    await stage.engine.settle()  # an answer may be read before its turn is told of


def named(exporter: InMemorySpanExporter, name: str) -> list[Any]:
    return [span for span in exporter.get_finished_spans() if span.name == name]


async def test_a_turn_has_its_steps_and_its_commit(stage: Stage, exporter: InMemorySpanExporter) -> None:
    await traced(stage, exporter, TALK)
    receipt = await stage.receive("hi")
    await stage.engine.settle()
    exporter.clear()
    await say(stage, SECRET)
    [turn], [step], [commit] = (named(exporter, name) for name in ("turn", "step order", "commit"))
    [_, report] = stage.reports
    assert dict(turn.attributes) == {
        "tasktalk.bot": "helper",
        "tasktalk.script": "start.bas",
        "tasktalk.conversation": receipt.conversation_id,
        "tasktalk.turn": report.turn_id,
        "tasktalk.status": "ended",
        "tasktalk.computing_seconds": report.computing_seconds,
        "tasktalk.commit_seconds": report.commit_seconds,
    }
    assert turn.parent is None
    assert {each.parent.span_id for each in (step, commit)} == {turn.context.span_id}
    assert {each.context.trace_id for each in (step, commit)} == {turn.context.trace_id}
    assert dict(step.attributes) == {"tasktalk.status": "done", "tasktalk.recorded": False}
    assert dict(commit.attributes) == {"tasktalk.write_sets": 1}
    assert turn.start_time < step.start_time < step.end_time <= commit.start_time < commit.end_time == turn.end_time
    assert turn.resource.attributes["service.name"] == "tasktalk"
    assert all(each.status.is_ok for each in (turn, step, commit))


async def test_nothing_that_was_said_asked_or_answered_is_told(
    stage: Stage, exporter: InMemorySpanExporter, service: Service
) -> None:
    async def refuse(thing: Any) -> None:
        raise Refused("http-error", f"no {thing}")

    await traced(stage, exporter, TALK)
    await say(stage, "hi")
    await say(stage, SECRET)
    service.answer = refuse
    await say(stage, "hi")
    await say(stage, SECRET)
    assert len(named(exporter, "turn")) == 4
    assert "sesame" not in "".join(span.to_json() for span in exporter.get_finished_spans())


async def test_what_failed_is_an_error_with_its_code(
    stage: Stage, exporter: InMemorySpanExporter, service: Service
) -> None:
    async def refuse(thing: Any) -> None:
        raise Refused("http-error", "no")

    service.answer = refuse
    await traced(stage, exporter, "x = ORDER 1\n")
    await say(stage, "hi")
    [turn], [step] = named(exporter, "turn"), named(exporter, "step order")
    assert (turn.attributes["tasktalk.status"], turn.status.description) == ("failed", "http-error")
    assert (step.attributes["tasktalk.status"], step.status.is_ok) == ("refused", False)


async def test_a_step_that_was_recorded_is_told_as_such(
    stage: Stage, exporter: InMemorySpanExporter, service: Service
) -> None:
    await traced(stage, exporter, "x = ORDER 1\n")
    refuse_turns(stage, 1)
    await say(stage, "hi")
    assert [span.attributes["tasktalk.recorded"] for span in named(exporter, "step order")] == [True]


class Failing:
    """A channel that brings a message out at the second attempt."""

    attempts = 0

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self.attempts += 1
        if self.attempts == 1:
            raise OSError(f"cannot say {delivery.text}")


async def test_a_delivery_belongs_to_the_turn_that_said_it(
    stage: Stage, exporter: InMemorySpanExporter, clock: VirtualClock
) -> None:
    await traced(stage, exporter, f'TALK "{SECRET}"\n', channels={"test": Failing()})
    receipt = await stage.receive("hi")
    await stage.engine.settle()
    due = await stage.engine.next_due()
    assert due is not None
    await stage.pass_time(due - clock.now())
    [turn], [first, second] = named(exporter, "turn"), named(exporter, "delivery")
    [message] = await stage.rows("message", direction="out")
    for number, (span, outcome) in enumerate(((first, "again"), (second, "delivered")), 1):
        assert span.parent.span_id == turn.context.span_id
        assert span.context.trace_id == turn.context.trace_id
        assert dict(span.attributes) == {
            "tasktalk.bot": "helper",
            "tasktalk.channel": "test",
            "tasktalk.conversation": receipt.conversation_id,
            "tasktalk.message": message["id"],
            "tasktalk.attempt": number,
            "tasktalk.status": outcome,
        }
    assert "sesame" not in first.to_json() + second.to_json()


async def test_of_a_turn_that_is_not_sampled_nothing_is_told(
    stage: Stage, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.0")
    await traced(stage, exporter, "x = ORDER 1\n")
    await say(stage, "hi")
    assert len(stage.reports) == 1
    assert exporter.get_finished_spans() == ()
