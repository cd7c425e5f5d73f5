"""Workflows of any shape, done in any order; and cycles in any graph."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import cycle
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tests.databases import private_url
from tests.runtime.tasks.conftest import NOW
from tests.runtime.tasks.flows import do, kinds, make, stands


@st.composite
def plans(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Steps that wait for others, in any order of declaration."""
    count = draw(st.integers(1, 7))
    steps = [
        {
            "name": f"s{n}",
            "duration_hours": draw(st.sampled_from([None, 1, 2.5])),
            "depends_on": draw(
                st.lists(st.sampled_from([f"s{m}" for m in range(n)]), unique=True) if n else st.just([])
            ),
        }
        for n in range(count)
    ]
    return draw(st.permutations(steps))


@settings(max_examples=25)
@given(plan=plans(), data=st.data())
def test_gb_93_in_any_workflow_in_any_order(plan: list[dict[str, Any]], data: st.DataObject) -> None:
    asyncio.run(_play(plan, data))


async def _play(plan: Sequence[dict[str, Any]], data: st.DataObject) -> None:
    clock = VirtualClock(NOW)
    database = await Database.open(private_url())
    try:
        await Accounts(database, clock).ensure_organisation()

        def within() -> Tasks:
            return Tasks(UnitOfWork(database, clock.now()), Actor("ana", "default", "test"))

        workflow_id, ids = await make(within(), *plan)
        waits_for = {step["name"]: set(step["depends_on"]) for step in plan}
        done: set[str] = set()
        progress = [0]
        while len(done) < len(plan):
            found = await stands(within, workflow_id)
            ready = {step.name for step in found.steps if found.is_ready(step)}
            assert ready == {name for name in waits_for if name not in done and waits_for[name] <= done}
            assert found.current == next(step for step in found.steps if step.name in ready)
            blocked = sorted(set(waits_for) - ready - done)
            if blocked:
                with pytest.raises(Refused, match="cannot be begun before"):
                    await within().update(ids[data.draw(st.sampled_from(blocked))], {"status": "in_progress"})
            chosen = data.draw(st.sampled_from(sorted(ready)))
            if data.draw(st.booleans()):
                await do(within, "update", ids[chosen], {"status": "in_progress"})
            clock.advance(timedelta(minutes=30))
            await do(within, "complete", ids[chosen])
            done.add(chosen)
            found = await stands(within, workflow_id)
            progress.append(found.progress)
            assert found.status == ("completed" if len(done) == len(plan) else "in_progress")
            expected = found.estimated_completion(clock.now())
            assert expected is not None
            assert expected >= clock.now()
        assert progress == sorted(progress)
        assert progress[-1] == 100
        assert await kinds(database, "workflow") == ["workflow_created", "workflow_completed"]
    finally:
        await database.close()


@settings(max_examples=300)
@given(st.dictionaries(st.integers(0, 7), st.frozensets(st.integers(0, 7), max_size=3)))
def test_a_cycle_is_found_exactly_when_there_is_one(edges: dict[int, frozenset[int]]) -> None:
    graph = {str(node): tuple(sorted(str(other) for other in others)) for node, others in edges.items()}
    found = cycle(graph)
    left = dict(graph)
    while free := [node for node, others in left.items() if not set(others) & set(left)]:
        for node in free:
            del left[node]
    assert (found is None) == (not left)
    if found is not None:
        assert found[0] == found[-1]
        assert len(set(found)) == len(found) - 1
        assert all(other in graph[node] for node, other in itertools.pairwise(found))
