"""The pages that are there: what happens in one talk is nothing to the others."""

import gc
from typing import Any, NoReturn
from weakref import WeakSet

import pytest

from tasktalk.bots.channels.web.present import Present
from tasktalk.bots.channels.web.talk import Talk
from tasktalk.runtime.ports import Receipt


class Engine:
    """Knows each contact's conversation."""

    async def receive(self, inbound: Any) -> Receipt:
        return Receipt("msg", f"cnv_{inbound.contact}", is_repeat=False)


def page(present: Present, contact: str) -> Talk:
    async def nothing(*_: Any) -> None:
        return

    engine: Any = Engine()
    talk = Talk(engine, "helper", contact, 0, "https://bots.example.com", nothing, nothing)
    present.add(talk)
    return talk


async def test_pages_are_found_by_their_contacts_and_once_they_begin_by_their_conversations() -> None:
    present = Present()
    ana, also_ana, ben = (page(present, contact) for contact in ("ana", "ana", "ben"))
    assert set(present.of("helper", "ana")) == {ana, also_ana}
    assert (present.of("other", "ana"), present.in_conversation("cnv_ana")) == ([], [])
    await ana.begin()
    await ben.begin()
    assert (present.in_conversation("cnv_ana"), present.in_conversation("cnv_ben")) == ([ana], [ben])
    await also_ana.begin()
    assert set(present.in_conversation("cnv_ana")) == {ana, also_ana}


async def test_a_turn_asks_no_page_of_another_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    present = Present()
    pages = [page(present, f"c{number}") for number in range(100)]
    for each in pages:
        await each.begin()
    assert present.in_conversation("cnv_c1") == pages[1:2]
    monkeypatch.setattr(Talk, "conversation_id", property(lambda _: pytest.fail("a page was asked")))
    assert present.in_conversation("cnv_c7") == pages[7:8]


async def test_a_page_that_has_gone_leaves_nothing() -> None:
    present = Present()
    pages = [page(present, "ana") for _ in range(3)]
    for each in pages:
        await each.begin()
    assert len(present.in_conversation("cnv_ana")) == 3
    del each
    pages.clear()
    gc.collect()
    assert (present.of("helper", "ana"), present.in_conversation("cnv_ana"), vars(present)["_by"]) == ([], [], {})


class Unwalked(WeakSet[Talk]):
    def __iter__(self) -> NoReturn:
        raise AssertionError("it was gone through")


def test_where_no_page_begins_none_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    present = Present()
    monkeypatch.setattr(present, "_begin", Unwalked())
    assert present.in_conversation("cnv_ana") == []
