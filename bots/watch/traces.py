"""Traces for OpenTelemetry: a span for each turn, with what it asked outside, its commit, and its deliveries in it.

They tell ids, names and times: nothing of what was said, asked or answered. A turn's trace and span have their ids from
the turn's own, so that a delivery finds its turn whichever process took it. The packages come with the extra `traces`.
"""

import hashlib
import os
from collections.abc import Mapping
from time import time_ns

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace import set_span_in_context as within

from tasktalk import __version__
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import DeliveryReport, TurnReport

SIGNAL = "/v1/traces"
STOP_SECONDS = 2.0
_BAD = {"failed", "refused", "dead"}


def sending_to(url: str) -> SpanProcessor:
    """Sends spans in batches to a collector that speaks OTLP over HTTP, from a thread of its own."""
    endpoint = url.rstrip("/").removesuffix(SIGNAL) + SIGNAL
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=STOP_SECONDS))


class Traces:
    """Makes spans of what an engine reports, once each is over."""

    def __init__(self, processor: SpanProcessor) -> None:
        name = {} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": "tasktalk"}
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=Resource.create({**name, "service.version": __version__}),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("tasktalk", __version__)

    def follow(self, engine: Engine) -> None:
        """Tells of every turn and delivery from now on."""
        engine.watch(self.take_turn)
        engine.watch_deliveries(self.take_delivery)

    def take_turn(self, report: TurnReport) -> None:
        """A turn was committed a moment ago."""
        ended = time_ns()
        began = ended - _ns(report.seconds)
        self._ids.turn_id = report.turn_id
        self._span(
            "turn",
            None,
            began,
            ended,
            report.error_code or report.status,
            bot=report.bot,
            script=report.script,
            conversation=report.conversation_id,
            turn=report.turn_id,
            status=report.status,
            computing_seconds=report.computing_seconds,
            commit_seconds=report.commit_seconds,
        )
        for step in report.steps:
            start = began + _ns(step.after_seconds)
            self._span(
                f"step {step.kind}",
                report.turn_id,
                start,
                start + _ns(step.seconds),
                step.status,
                SpanKind.CLIENT,
                status=step.status,
                recorded=step.is_recorded,
            )
        start = ended - _ns(report.commit_seconds)
        self._span("commit", report.turn_id, start, ended, "", SpanKind.CLIENT, write_sets=report.commit_write_sets)

    def take_delivery(self, report: DeliveryReport) -> None:
        """An attempt to bring a message out was noted a moment ago."""
        ended = time_ns()
        self._span(
            "delivery",
            report.turn_id,
            ended - _ns(report.seconds),
            ended,
            report.outcome,
            SpanKind.PRODUCER,
            bot=report.bot,
            channel=report.channel,
            conversation=report.conversation_id,
            message=report.message_id,
            attempt=report.attempt,
            status=report.outcome,
        )

    def close(self) -> None:
        """Sends what is left, for STOP_SECONDS at the most."""
        self._provider.force_flush(int(STOP_SECONDS * 1000))
        self._provider.shutdown()

    def _span(
        self,
        name: str,
        turn_id: str | None,
        began: int,
        ended: int,
        outcome: str,
        kind: SpanKind = SpanKind.INTERNAL,
        **attributes: str | float | bool,
    ) -> None:
        parent = None if turn_id is None else within(NonRecordingSpan(self._context(turn_id)))
        named: Mapping[str, str | float | bool] = {f"tasktalk.{key}": value for key, value in attributes.items()}
        span = self._tracer.start_span(name, parent, kind, named, start_time=began)
        if attributes.get("status") in _BAD:
            span.set_status(Status(StatusCode.ERROR, outcome))
        span.end(ended)

    def _context(self, turn_id: str) -> SpanContext:
        """Of the turn's own span, which may be of another process, or of none where not all turns are sampled."""
        trace_id = _trace_id(turn_id)
        is_sampled = self._provider.sampler.should_sample(None, trace_id, "turn").decision.is_sampled()
        flags = TraceFlags(TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT)
        return SpanContext(trace_id, _span_id(turn_id), is_remote=True, trace_flags=flags)


class _Ids(IdGenerator):  # type: ignore[misc]
    """The ids of a turn's own span come from the turn, those of all others from chance."""

    def __init__(self) -> None:
        self.turn_id: str | None = None
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        return self._random.generate_trace_id() if self.turn_id is None else _trace_id(self.turn_id)

    def generate_span_id(self) -> int:
        turn_id, self.turn_id = self.turn_id, None
        return self._random.generate_span_id() if turn_id is None else _span_id(turn_id)


def _trace_id(turn_id: str) -> int:
    return int.from_bytes(hashlib.sha256(turn_id.encode()).digest()[:16])


def _span_id(turn_id: str) -> int:
    return int.from_bytes(hashlib.sha256(turn_id.encode()).digest()[16:24])


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)
