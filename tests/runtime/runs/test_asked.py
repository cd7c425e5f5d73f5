"""Runs that an event asks for."""

from datetime import timedelta

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.program import Program
from tasktalk.runtime.runs import asked
from tasktalk.runtime.tasks.steps import RUN_REQUESTED
from tasktalk.storage.writes import Insert, WriteSet
from tests.conftest import START


class NoBots:
    def script(self, bot: str, name: str) -> Program:
        raise Refused("unknown-bot", f"there is no bot {bot}")

    def has_script(self, bot: str, file: str) -> bool:
        return False


def test_a_run_may_begin_from_when_it_was_asked_for() -> None:
    wanted = {"run_id": "run_1", "bot": "b", "script": "task.bas", "depth": 1, "cause": "step"}
    event = {
        "kind": RUN_REQUESTED,
        "organisation_id": "o",
        "subject_id": "t",
        "changes": {name: [None, value] for name, value in wanted.items()},
        "created_at": START,
    }
    writes = WriteSet()
    assert asked.begin(event, NoBots(), writes, START + timedelta(milliseconds=1), 10)
    [write] = writes.writes
    assert isinstance(write, Insert)
    assert (write.row["id"], write.row["begins_at"]) == ("run_1", START)
