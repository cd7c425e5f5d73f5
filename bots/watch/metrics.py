"""`/metrics`, for Prometheus: what was counted, and how much there is to do at the moment of the question."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, Metric, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from tasktalk import __version__
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.bots.callers import Callers
from tasktalk.bots.watch.lookout import Lookout, Sight
from tasktalk.bots.watch.requests import Requests
from tasktalk.runtime.meters import Instrument, Meters, Number, Spread


class Gauges:
    """What is measured when somebody asks. Of the database's queues at most 10,000 rows each are counted."""

    def __init__(self) -> None:
        self.inbox = _gauge("tasktalk_inbox_pending", "Messages that no script has heard yet")
        self.inbox_age = _gauge("tasktalk_inbox_oldest_seconds", "How long the eldest of them has waited")
        self.outbox = _gauge(
            "tasktalk_outbox_pending", "Messages to be brought out on channels that send by themselves"
        )
        self.outbox_age = _gauge("tasktalk_outbox_oldest_seconds", "How long the eldest of them has waited")
        self.due = _gauge("tasktalk_due", "What is due and not taken up: timer, schedule, run", "kind")
        self.events = _gauge("tasktalk_events_pending", "Events whose handlers have not been started")
        self.busy = _gauge("tasktalk_conversations_busy", "Conversations of which a turn is under way")
        self.ready = _gauge("tasktalk_conversations_ready", "Conversations that wait for a free place")
        self.warm = _gauge("tasktalk_warm_sessions", "Waiting sessions that are kept in memory")
        self.late = _gauge("tasktalk_scheduler_late_seconds", "By how much the scheduler is late at this moment")
        self.writing = _gauge("tasktalk_commit_under_way_seconds", "How long the commit under way has lasted")
        self.bots = _gauge("tasktalk_bots", "Bots that are served")
        self.database = _gauge("tasktalk_database_up", "1 when the database answers within a second, else 0")
        self.version = _gauge("tasktalk_info", "Always 1; the version is in its label", "version")

    def sample(self, services: Services, sight: Sight | None) -> list[Instrument]:
        """Measures, and gives what could be measured."""
        load, now = services.engine.load, services.clock.now()
        self.busy.set(load.conversations_busy)
        self.ready.set(load.conversations_ready)
        self.warm.set(load.warm_sessions)
        self.late.set(load.late_seconds)
        self.writing.set(services.database.writing_seconds)
        self.bots.set(len(services.bots.names()))
        self.database.set(sight is not None)
        self.version.set(1, __version__)
        of_database = [self.inbox, self.inbox_age, self.outbox, self.outbox_age, self.due, self.events]
        if sight is None:
            return [each for each in self.instruments() if each not in of_database]
        self.inbox.set(sight.inbox.count)
        self.inbox_age.set(sight.inbox.age_seconds(now))
        self.outbox.set(sight.outbox.count)
        self.outbox_age.set(sight.outbox.age_seconds(now))
        for kind, queue in sight.due.items():
            self.due.set(queue.count, kind)
        self.events.set(sight.events)
        return self.instruments()

    def instruments(self) -> list[Instrument]:
        """All of them."""
        return list(vars(self).values())


class Metrics:
    """The route."""

    def __init__(self, services: Services, callers: Callers, lookout: Lookout, requests: Requests) -> None:
        self._services, self._callers, self._lookout = services, callers, lookout
        self._counted = [*services.engine.meters.instruments(), *requests.instruments()]
        self._gauges = Gauges()
        self._measured: Sequence[Instrument] = ()
        self._registry = CollectorRegistry()
        self._registry.register(_Families(lambda: [*self._counted, *self._measured]))
        for of_process in (ProcessCollector, PlatformCollector, GCCollector):
            of_process(registry=self._registry)

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return mounted([""], [Endpoint("/metrics", {"GET": self._tell})], plain_answer)

    async def _tell(self, request: web.Request) -> web.Response:
        self._callers.check(request)
        self._measured = self._gauges.sample(self._services, await self._lookout.look())
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})


def every_instrument() -> list[Instrument]:
    """Everything of ours at `/metrics`, in its order."""
    return [*Meters().instruments(), *Requests().instruments(), *Gauges().instruments()]


class _Families(Collector):
    """Instruments as Prometheus wants them."""

    def __init__(self, instruments: Callable[[], Iterable[Instrument]]) -> None:
        self._instruments = instruments

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        for instrument in self._instruments():
            yield _histogram(instrument) if isinstance(instrument, Spread) else _numbers(instrument)


def _gauge(name: str, meaning: str, *labels: str) -> Number:
    return Number("gauge", name, meaning, *labels)


def _numbers(instrument: Number) -> Metric:
    make = CounterMetricFamily if instrument.kind == "counter" else GaugeMetricFamily
    family = make(instrument.name, instrument.meaning, labels=instrument.labels)
    for labels, value in instrument.values.items():
        family.add_metric(labels, value)
    return family


def _histogram(instrument: Spread) -> Metric:
    family = HistogramMetricFamily(instrument.name, instrument.meaning, labels=instrument.labels)
    bounds = [*(f"{bound:g}" for bound in instrument.bounds), "+Inf"]
    for labels, (counts, total) in instrument.values.items():
        family.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total[0])
    return family
