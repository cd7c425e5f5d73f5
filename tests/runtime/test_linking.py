"""LINK CONTACT: two contacts that are one person share what is known of them, and only what is known."""

import json
from datetime import timedelta

import pytest

from tasktalk.interpreter import state
from tasktalk.runtime.memory import Memory
from tasktalk.runtime.people import People
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.profile import Profile
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Conflict
from tests.stage import BOT, Stage

SCRIPT = """
DO
  HEAR order
  words = SPLIT(order + "   ", " ")
  verb = words[0]
  rest = TRIM(MID(order, LEN(verb) + 1))
  TRY
    SELECT CASE verb
      CASE "code"
        TALK LINK CONTACT
      CASE "link"
        TALK LINK CONTACT(rest)
      CASE "unlink"
        TALK UNLINK CONTACT
      CASE "name"
        SET USER NAME rest
      CASE "language"
        SET LANGUAGE rest
      CASE "note"
        REMEMBER words[1] = words[2]
      CASE "brief"
        REMEMBER words[1], words[2], "1 minute"
      CASE "forget"
        FORGET rest
      CASE "what"
        TALK RECALL(rest) ?? "nothing"
      CASE "who"
        TALK username
      CASE "all"
        REMEMBER "b" = "mine"
        found = LINK CONTACT(rest)
        REMEMBER "c" = "new"
        TALK found, " ", RECALL("a") ?? "-", " ", RECALL("b") ?? "-", " ", RECALL("c"), " ", username
      CASE "fail"
        found = LINK CONTACT(rest)
        THROW "no"
    END SELECT
  CATCH problem
    TALK problem.code
    IF verb = "fail" THEN THROW "no"
  END TRY
LOOP
"""


class Contacts:
    """Those who talk with the bot."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def say(self, contact: str, text: str, bot: str = BOT) -> str:
        """What a contact, such as sms:ana, is answered; nothing before the first."""
        channel, _, address = contact.partition(":")
        told = await self.stage.engine.converse(Inbound(bot, channel, address, text))
        return " | ".join(message.text for message in told)

    async def known(self, *contacts: str) -> None:
        for contact in contacts:
            await self.say(contact, "hi")

    async def link(self, here: str, there: str) -> str:
        """Links with a code that is made there."""
        return await self.say(here, "link " + await self.say(there, "code"))


@pytest.fixture
async def contacts(stage: Stage) -> Contacts:
    stage.write(SCRIPT)
    await stage.open()
    found = Contacts(stage)
    await found.known("a:ana", "b:ana")
    return found


async def test_what_is_known_is_one_from_then_on(contacts: Contacts) -> None:
    for order in ("name Ana", "note town Recife"):
        await contacts.say("a:ana", order)
    assert await contacts.say("b:ana", "what town") == "nothing"
    assert await contacts.link("b:ana", "a:ana") == "true"
    assert await contacts.say("b:ana", "what town") == "Recife"
    assert await contacts.say("b:ana", "who") == "Ana"
    await contacts.say("b:ana", "note town Olinda")
    await contacts.say("b:ana", "name Bia")
    assert await contacts.say("a:ana", "what town") == "Olinda"
    assert await contacts.say("a:ana", "who") == "Bia"
    await contacts.say("a:ana", "forget town")
    assert await contacts.say("b:ana", "what town") == "nothing"


async def test_it_is_so_after_a_restart_and_from_memory(contacts: Contacts) -> None:
    assert await contacts.link("b:ana", "a:ana") == "true"
    for order, asked in (("name One", "a:ana"), ("name Two", "b:ana"), ("name Three", "a:ana")):
        await contacts.say(asked, order)
        assert await contacts.say("b:ana", "who") == order.partition(" ")[2]
    await contacts.stage.reopen()
    assert await contacts.say("b:ana", "who") == "Three"


async def test_where_the_code_was_made_wins_and_nothing_else_is_lost(contacts: Contacts) -> None:
    for contact, orders in {
        "a:ana": ("name Ana", "note both there", "note there yes"),
        "b:ana": ("name Bia", "language pt", "note both here", "note here yes"),
    }.items():
        for order in orders:
            await contacts.say(contact, order)
    assert await contacts.link("b:ana", "a:ana") == "true"
    for contact in ("a:ana", "b:ana"):
        assert await contacts.say(contact, "who") == "Ana"
        assert [await contacts.say(contact, f"what {key}") for key in ("both", "there", "here")] == [
            "there",
            "yes",
            "yes",
        ]
    [profile] = await contacts.stage.rows("profile")
    assert (profile["name"], profile["language"]) == ("Ana", "pt")


@pytest.mark.parametrize(
    ("here", "there", "noted", "known"),
    [
        ("Ana", None, None, "Ana"),
        (None, "Ana", None, "Ana"),
        ("Ana here", "Ana there", None, "Ana there"),
        ("Ana here", "Ana there", "Bia", "Bia"),
    ],
)
async def test_a_name_that_the_channel_brought_is_shared(
    contacts: Contacts, stage: Stage, here: str | None, there: str | None, noted: str | None, known: str
) -> None:
    for channel, name in (("b", here), ("a", there)):
        await stage.engine.converse(Inbound(BOT, channel, "eva", "hi", contact_name=name))
    if noted is not None:
        await contacts.say("b:eva", f"name {noted}")
    assert await contacts.link("b:eva", "a:eva") == "true"
    assert [await contacts.say(each, "who") for each in ("a:eva", "b:eva")] == [known, known]
    await stage.reopen()
    assert [await contacts.say(each, "who") for each in ("a:eva", "b:eva")] == [known, known]


async def test_what_has_expired_does_not_win(contacts: Contacts, stage: Stage) -> None:
    await contacts.say("a:ana", "brief word old")
    await contacts.say("b:ana", "note word new")
    await stage.pass_time(timedelta(minutes=2))
    assert await contacts.link("b:ana", "a:ana") == "true"
    assert await contacts.say("a:ana", "what word") == "new"


async def test_a_turn_that_links_sees_at_once_what_is_known_then(contacts: Contacts) -> None:
    for order in ("note a theirs", "note b theirs", "name Ana"):
        await contacts.say("a:ana", order)
    code = await contacts.say("a:ana", "code")
    assert await contacts.say("b:ana", f"all {code}") == "true theirs theirs new Ana"
    assert [await contacts.say("a:ana", f"what {key}") for key in "abc"] == ["theirs", "theirs", "new"]


async def test_a_code_is_good_once(contacts: Contacts) -> None:
    await contacts.known("c:eve")
    code = await contacts.say("a:ana", "code")
    assert [await contacts.say("b:ana", f"link {code}"), await contacts.say("c:eve", f"link {code}")] == [
        "true",
        "false",
    ]
    assert await contacts.say("c:eve", "who") == "eve"


async def test_a_code_is_good_for_ten_minutes_however_it_is_written(contacts: Contacts, stage: Stage) -> None:
    code = await contacts.say("a:ana", "code")
    await stage.pass_time(timedelta(minutes=10))
    assert await contacts.say("b:ana", f"link {code}") == "false"
    code = await contacts.say("a:ana", "code")
    await stage.pass_time(timedelta(minutes=9))
    assert await contacts.say("b:ana", f"link  {code.lower().replace('-', ' ')} ") == "true"


async def test_a_new_code_makes_the_older_one_worthless(contacts: Contacts) -> None:
    older, newer = await contacts.say("a:ana", "code"), await contacts.say("a:ana", "code")
    assert older != newer
    assert await contacts.say("b:ana", f"link {older}") == "false"
    assert await contacts.say("b:ana", f"link {newer}") == "true"


async def test_a_code_of_another_bot_is_none(contacts: Contacts, stage: Stage) -> None:
    stage.write(SCRIPT, bot="other")
    await stage.reopen()
    await contacts.say("a:ana", "hi", "other")
    code = await contacts.say("a:ana", "code", "other")
    assert await contacts.say("b:ana", f"link {code}") == "false"


@pytest.mark.parametrize("code", ["", "x", "ABCDE-FGHJK", "ABCDE-FGHJK" * 100, "'; DROP TABLE contact; --", "\u0661"])
async def test_what_is_no_code_is_false(code: str, contacts: Contacts) -> None:
    await contacts.say("a:ana", "code")
    assert await contacts.say("b:ana", f"link {code}") == "false"
    assert [row["person_id"] for row in await contacts.stage.rows("contact")] == [None, None]


async def test_codes_are_kept_as_hashes_and_tried_five_times_an_hour(contacts: Contacts, stage: Stage) -> None:
    code = await contacts.say("a:ana", "code")
    assert code.replace("-", "") not in repr(await stage.rows("link_code"))
    for _ in range(5):
        assert await contacts.say("b:ana", "link wrong") == "false"
    assert await contacts.say("b:ana", f"link {code}") == "too-many-attempts"
    await stage.pass_time(timedelta(hours=1))
    assert await contacts.link("b:ana", "a:ana") == "true"


async def test_an_attempt_counts_also_in_a_turn_that_fails(contacts: Contacts, stage: Stage) -> None:
    for _ in range(5):
        await contacts.say("b:ana", "fail wrong")
        await contacts.say("b:ana", "hi")
    assert await contacts.say("b:ana", "link wrong") == "too-many-attempts"
    assert await contacts.say("a:ana", "link wrong") == "false"


async def test_ones_own_code_changes_nothing(contacts: Contacts) -> None:
    assert await contacts.link("a:ana", "a:ana") == "true"
    assert [row["person_id"] for row in await contacts.stage.rows("contact")] == [None, None]


async def test_three_contacts_are_one_person_whoever_was_linked_first(contacts: Contacts) -> None:
    await contacts.known("c:ana", "d:ana")
    await contacts.say("d:ana", "note word deep")
    assert await contacts.link("b:ana", "a:ana") == "true"
    assert await contacts.link("d:ana", "c:ana") == "true"
    assert await contacts.link("d:ana", "b:ana") == "true"
    assert [await contacts.say(f"{channel}:ana", "what word") for channel in "abcd"] == ["deep"] * 4
    assert len({row["person_id"] for row in await contacts.stage.rows("contact")}) == 1


@pytest.mark.parametrize("who", ["a:ana", "b:ana"])
async def test_who_is_unlinked_begins_anew_and_the_others_keep_what_is_known(who: str, contacts: Contacts) -> None:
    await contacts.say("a:ana", "note word kept")
    await contacts.say("a:ana", "name Ana")
    assert await contacts.link("b:ana", "a:ana") == "true"
    other = "b:ana" if who == "a:ana" else "a:ana"
    assert await contacts.say(who, "unlink") == "true"
    assert [await contacts.say(who, "what word"), await contacts.say(who, "who")] == ["nothing", "ana"]
    assert [await contacts.say(other, "what word"), await contacts.say(other, "who")] == ["kept", "Ana"]
    await contacts.say(who, "note word other")
    await contacts.say(who, "name Eve")
    assert [await contacts.say(other, "what word"), await contacts.say(other, "who")] == ["kept", "Ana"]
    assert [row["person_id"] for row in await contacts.stage.rows("contact")] == [None, None]
    assert await contacts.say(who, "unlink") == "false"
    assert await contacts.link(who, other) == "true"
    assert await contacts.say(who, "what word") == "kept"


async def test_the_others_stay_linked_when_the_first_one_goes(contacts: Contacts) -> None:
    await contacts.known("c:ana")
    await contacts.say("a:ana", "note word kept")
    for contact in ("b:ana", "c:ana"):
        assert await contacts.link(contact, "a:ana") == "true"
    await contacts.say("a:ana", "unlink")
    await contacts.say("c:ana", "note word newer")
    assert [await contacts.say(f"{channel}:ana", "what word") for channel in "abc"] == ["nothing", "newer", "newer"]


async def test_talks_and_what_a_bot_keeps_of_them_stay_apart(contacts: Contacts, stage: Stage) -> None:
    assert await contacts.link("b:ana", "a:ana") == "true"
    talks = {row["contact_id"] for row in await stage.rows("conversation")}
    assert len(talks) == 2
    texts = {row["text"] for row in await stage.rows("message") if row["direction"] == "in"}
    assert "hi" in texts


@pytest.mark.parametrize("asked", ["a", "b"])
async def test_all_that_is_kept_of_a_linked_person_is_handed_out_and_goes(
    asked: str, contacts: Contacts, stage: Stage
) -> None:
    await contacts.say("a:ana", "note word theirs")
    await contacts.say("a:ana", "name Anabella")
    await contacts.known("c:eve")
    await contacts.say("c:eve", "note word hers")
    assert await contacts.link("b:ana", "a:ana") == "true"
    await contacts.say("b:ana", "code")
    keeper = People(stage.database)
    found = await keeper.export(asked, "ana", stage.keywords)
    assert found is not None
    json.dumps(found)
    assert {row["channel"] for row in (found["contact"], *found["linked_contacts"])} == {"a", "b"}
    assert (found["profile"]["name"], [row["value"] for row in found["memories"]]) == ("Anabella", ["theirs"])
    assert len(found["conversations"]) == 2
    assert await keeper.delete(asked, "ana")
    assert not await keeper.is_known("a", "ana")
    assert not await keeper.is_known("b", "ana")
    assert [row["channel"] for row in await stage.rows("contact")] == ["c"]
    [kept] = await stage.rows("memory")
    assert state.load_value(kept["value"]) == "hers"
    for table in ("profile", "link_code", "link_attempt"):
        assert await stage.rows(table) == []


async def test_an_event_tells_of_it(contacts: Contacts, stage: Stage) -> None:
    await contacts.link("b:ana", "a:ana")
    await contacts.say("b:ana", "unlink")
    [root] = [row["id"] for row in await stage.rows("contact", channel="a")]
    events = [(row["kind"], row["changes"]) for row in await stage.rows("event", subject="contact")]
    assert events == [
        ("contact_linked", {"person_id": [None, root]}),
        ("contact_unlinked", {"person_id": [root, None]}),
    ]


async def test_what_is_set_while_they_are_linked_is_set_again_where_it_belongs(
    contacts: Contacts, stage: Stage
) -> None:
    [before] = await stage.rows("contact", channel="b")
    guard = {"id": before["id"], "version": before["version"]}
    for sets in (True, False):
        work = UnitOfWork(stage.database, stage.clock.now())
        memory, profile = Memory(work, BOT, before["id"], guard=guard), Profile(before["id"], guard=guard)
        if sets:
            await memory.set("word", "lost")
        else:
            profile.name = "Lost"
            profile.write(work.writes)
        if sets:
            assert await contacts.link("b:ana", "a:ana") == "true"
        with pytest.raises(Conflict):
            await work.commit()
