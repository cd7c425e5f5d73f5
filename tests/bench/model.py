"""A model of TaskTalk on many machines: what `scaling.py` computes sizes with. Arithmetic and chance alone.

Conversations fall into buckets, buckets to processes by the rule of the leases. A process has one interpreter: whatever
it computes stands in one line. It has one committer: what is queued while a commit is under way shares the next one. A
database has processors, in which write sets stand in line; a process belongs to one database. Each turn tells one word
to every other process of its database.

Not modelled: schedules and handlers, deliveries, long reads, what the database does beside (checkpoints, vacuum).
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from tasktalk.runtime.leases import BUCKETS
from tasktalk.storage.committer import BATCH
from tests.bench.figures import percentile

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, in seconds. `turn` is of a process's processor, all of it; `write_set` and `statement` are of
    the database's processors, for each write set and each commit. A commit lasts `commit_base + commit_each * write
    sets`. `rest` is what a turn waits for beside: reads, the network. `elsewhere` is of the processors, and
    `elsewhere_database` of the database's, for a message that comes in at another process than its conversation's;
    `word` for a word heard; `word_wait` is how long a word takes."""

    turn: float
    commit_base: float
    commit_each: float
    write_sets: int
    rest: float = 0.0
    write_set: float = 0.0
    statement: float = 0.0
    elsewhere: float = 0.0
    elsewhere_database: float = 0.0
    word: float = 0.0
    word_wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Plant:
    """What there is. With `shared_cores`, processes, database and client have these processors among them; else each
    process has one of its own and each database `database_cores`."""

    processes: int
    databases: int = 1
    database_cores: int = 16
    shared_cores: int | None = None
    client: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; the shares are those of the busiest."""

    turns_a_second: float
    p50: float
    p99: float
    process_busy: float
    committer_busy: float
    database_busy: float
    batch: float

    @property
    def first(self) -> str:
        """What is nearest to its limit."""
        shares = {
            "process": self.process_busy,
            "committer": self.committer_busy,
            "database": self.database_busy,
        }
        return max(shares, key=lambda name: shares[name])


def shares(processes: int) -> list[int]:
    """How many buckets each process comes to hold: nobody takes more than a fair share, rounded up."""
    fair, left, found = -(-BUCKETS // processes), BUCKETS, []
    for _ in range(processes):
        found.append(min(fair, left))
        left -= found[-1]
    return found


def with_words(costs: Costs, processes: int) -> Costs:
    """A turn's costs where so many processes share a database: they hear each other's words, and of their messages only
    one in so many comes in at the process whose conversation it is."""
    others = processes - 1
    share = others / processes
    return replace(
        costs,
        turn=costs.turn + costs.elsewhere * share + costs.word * others,
        write_set=costs.write_set + costs.elsewhere_database * share / costs.write_sets,
        rest=costs.rest + 2 * costs.word_wait * share,
    )


def most(costs: Costs, processes: int) -> float:
    """The turns a second at which the busiest process of one database has no moment left."""
    return BUCKETS / (max(shares(processes)) * with_words(costs, processes).turn)


def limits(costs: Costs, database_cores: int) -> list[tuple[float, str]]:
    """What bounds one database's turns a second, the lowest bound first, each as if nothing else did."""
    many = with_words(costs, BUCKETS)
    batch = costs.commit_base + costs.commit_each * BATCH
    found = [
        (most(costs, 1), "the interpreter of one process"),
        (BATCH / batch / costs.write_sets, "the committer of one process"),
        (BUCKETS / (costs.turn + costs.elsewhere), f"{BUCKETS} processes with a bucket each"),
    ]
    if of_database := many.write_set * many.write_sets + many.statement / BATCH * many.write_sets:
        found.append((database_cores / of_database, f"the database's {database_cores} processors"))
    if costs.word:
        found.append((1 / costs.word, "hearing the words of all turns"))
    return sorted(found)


def needed(costs: Costs, rate: float, busy: float) -> int | None:
    """The fewest processes of one database that take so many turns a second with the busiest no busier than this;
    None when no number of them does."""
    return next((each for each in range(1, BUCKETS + 1) if most(costs, each) * busy >= rate), None)


class Line:
    """Whoever asks gets one of its places, in the order of asking."""

    def __init__(self, places: int) -> None:
        self.places, self.busy = places, 0.0
        self._free, self._waiting = places, deque[Step]()

    def enter(self, step: Step) -> None:
        """Goes on with `step` when there is a place, which must be left again."""
        if self._free:
            self._free -= 1
            step()
        else:
            self._waiting.append(step)

    def leave(self, seconds: float) -> None:
        """Makes room for the next, after so many seconds."""
        self.busy += seconds
        if self._waiting:
            self._waiting.popleft()()
        else:
            self._free += 1


class Process:
    """One interpreter and one committer."""

    def __init__(self, database: Line, cores: Line) -> None:
        self.interpreter, self.database, self.cores = Line(1), database, cores
        self.queued: list[Step] = []
        self.is_writing, self.writing, self.commits, self.written = False, 0.0, 0, 0


class Simulation:
    """One play. The same seed gives the same play."""

    def __init__(self, costs: Costs, plant: Plant, seed: int = 1) -> None:
        each = plant.processes // plant.databases
        self._costs, self._plant, self._chance = with_words(costs, each), plant, random.Random(seed)
        cores = Line(plant.shared_cores) if plant.shared_cores else None
        self._databases = [cores or Line(plant.database_cores) for _ in range(plant.databases)]
        self._processes = [Process(database, cores or Line(1)) for database in self._databases for _ in range(each)]
        self._weights = [weight for _ in self._databases for weight in shares(each)]
        self._client, self._client_cores = Line(1), cores or Line(1)
        self._now, self._order, self._events = 0.0, count(), list[tuple[float, int, Step]]()
        self._spent, self._warm = list[float](), 0.0

    def steady(self, rate: float, turns: int) -> Outcome:
        """So many turns that come in by chance, so many a second."""
        self._warm = turns / rate / 5

        def arrivals() -> Iterator[float]:
            moment = 0.0
            for _ in range(turns):
                moment += self._chance.expovariate(rate)
                yield moment

        coming = arrivals()

        def arrive() -> None:
            self._begin(lambda: None)
            if (moment := next(coming, None)) is not None:
                self._at(moment, arrive)

        self._at(next(coming), arrive)
        last = turns / rate
        self._run(last)
        return self._outcome(last)

    def crowd(self, talks: int, seconds: float) -> Outcome:
        """So many contacts who each say the next thing as soon as they are answered, as `talking.py` has them."""
        self._warm = seconds / 5
        places = self._places(talks)
        for place in places:
            self._again(place)
        self._run(seconds)
        return self._outcome(seconds)

    def _places(self, talks: int) -> list[Process]:
        return self._chance.choices(self._processes, self._weights, k=talks)

    def _again(self, place: Process) -> None:
        self._begin(lambda: self._again(place), place)

    def _begin(self, then: Step, process: Process | None = None) -> None:
        place = process or self._chance.choices(self._processes, self._weights)[0]
        began, costs = self._now, self._costs
        stages = costs.write_sets + 1

        def done() -> None:
            if self._now >= self._warm:
                self._spent.append(self._now - began)
            then()

        def stage(left: int) -> None:
            seconds = costs.turn / stages * self._chance.uniform(0.5, 1.5)
            self._compute(place, seconds, lambda: self._commit(place, lambda: stage(left - 1)) if left else answered())

        def answered() -> None:
            self._work(self._client, self._client_cores, self._plant.client, done)

        self._at(self._now + costs.rest * self._chance.uniform(0.5, 1.5), lambda: stage(costs.write_sets))

    def _compute(self, process: Process, seconds: float, then: Step) -> None:
        self._work(process.interpreter, process.cores, seconds, then)

    def _work(self, line: Line, cores: Line, seconds: float, then: Step) -> None:
        """In its own line, and on a processor."""

        def leave() -> None:
            cores.leave(seconds)
            line.leave(seconds)
            then()

        def begin() -> None:
            cores.enter(lambda: self._at(self._now + seconds, leave))

        line.enter(begin)

    def _commit(self, process: Process, then: Step) -> None:
        process.queued.append(then)
        if not process.is_writing:
            self._write(process)

    def _write(self, process: Process) -> None:
        batch, process.queued = process.queued[:BATCH], process.queued[BATCH:]
        process.is_writing, costs, size = True, self._costs, len(batch)
        of_database = costs.statement + costs.write_set * size
        rest = max(0.0, costs.commit_base + costs.commit_each * size - of_database)

        def flush() -> None:
            process.database.leave(of_database)
            self._at(self._now + rest, written)

        def written() -> None:
            process.writing += of_database + rest
            process.commits += 1
            process.written += size
            process.is_writing = False
            if process.queued:
                self._write(process)
            for then in batch:
                then()

        process.database.enter(lambda: self._at(self._now + of_database, flush))

    def _at(self, moment: float, step: Step) -> None:
        heapq.heappush(self._events, (moment, next(self._order), step))

    def _run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self._now, _, step = heapq.heappop(self._events)
            step()

    def _outcome(self, seconds: float) -> Outcome:
        spent = self._spent or [float("inf")]
        written = sum(process.written for process in self._processes)
        return Outcome(
            len(self._spent) / (seconds - self._warm),
            percentile(spent, 0.5),
            percentile(spent, 0.99),
            max(process.interpreter.busy for process in self._processes) / seconds,
            max(process.writing for process in self._processes) / seconds,
            max(database.busy / database.places for database in self._databases) / seconds,
            written / max(1, sum(process.commits for process in self._processes)),
        )
