"""The load is what it says: every answer is checked, and the rival keeps what it promises."""

from pathlib import Path

import pytest

from tests.bench.person import Person
from tests.bench.serving import echo, orm
from tests.bench.talk_bot import NAME
from tests.bench.talking import Orders, talk


def test_answers_are_counted_and_wrong_ones_are_found(tmp_path: Path) -> None:
    with echo(tmp_path / "log") as server:
        found = talk(Orders([server.address], NAME, "a", 4, 0.2, False, 0.05))
        assert found.answers >= found.turns + 2 * 4 > 8  # and those of the greetings, and the last ones
        assert 0 < found.p50_ms <= found.p99_ms <= found.worst_ms
        with pytest.raises(RuntimeError, match=r"a wrong answer to word 1 of b-\d"):
            talk(Orders([server.address], NAME, "b", 4, 0.2, True, 0.05))


def test_the_rival_answers_each_message_once(tmp_path: Path) -> None:
    with orm(str(tmp_path / "orm.db"), tmp_path / "log", has_timer=True) as server:
        person = Person(server)
        person.say("ana", "hello", "0", "You said hello (0)")
        person.say("ana", "one", "1", "You said one (1)")
        person.say("ana", "one", "1", "You said one (1)")
        person.say("ana", "two", "2", "You said two (2)")
        person.leave()
        talk(Orders([server.address], NAME, "a", 4, 0.2, True, 0.05))
