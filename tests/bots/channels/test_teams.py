"""What is Teams' own: whose keys and tokens hold for how long, groups, cards, conversations that the bot begins."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from tasktalk.bots.channels.kinds.teams import TeamsSettings
from tasktalk.runtime.ports import Delivery, Request
from tasktalk.runtime.sent_files import MOST_FILES
from tests.bots.channels.conftest import House
from tests.bots.channels.side import Call, Given, Sent
from tests.bots.channels.teams import ACCESS, APP, BOT, CHAT, KEYS, LOGIN, METADATA, SECRET, TENANT, Teams, published
from tests.bots.channels.teams import KEY as RIGHT_KEY

GROUP = {"conversationType": "groupChat", "isGroup": True, "id": "19:4af30b754058411f@thread.v2"}
THREAD = {"conversationType": "channel", "isGroup": True, "id": "19:9be3@thread.tacv2;messageid=1481567603816"}
MENTION = {"type": "mention", "text": "<at>Helper</at>", "mentioned": {"id": BOT, "name": "Helper"}}


def asked(house: House, path: str) -> int:
    """How often a path was asked for."""
    return [told.path for told in house.provider.asked_beside].count(path)


async def test_keys_are_read_once_a_day(tmp_path: Path) -> None:
    async with House(Teams(), tmp_path).open() as house:
        for _ in range(3):
            await house.write("hi")
        assert (asked(house, METADATA), asked(house, KEYS)) == (1, 1)
        house.clock.advance(timedelta(hours=25))
        await house.write("hi")
        assert (asked(house, METADATA), asked(house, KEYS)) == (2, 2)


async def test_a_new_key_is_looked_for_and_what_nobody_signed_does_not_ask_without_end(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        await house.write("hi")
        house.provider.beside[KEYS] = {"keys": [published(RIGHT_KEY, "new", endorsements=["msteams"])]}
        statuses = []
        for minutes in (0, 1, 3, 0, 0):
            house.clock.advance(timedelta(minutes=minutes))
            body = side.message("x", 5, house.clock.now()).body
            for key_id in ("nobodys", "new"):
                token = side.token(house.clock.now(), key_id=key_id)
                statuses.append((await house.call(Call(body, {"Authorization": f"Bearer {token}"})))[0])
        assert statuses == [401] * 10
        assert asked(house, KEYS) == 1
        house.clock.advance(timedelta(minutes=2))
        token = side.token(house.clock.now(), key_id="new")
        assert (await house.call(Call(body, {"Authorization": f"Bearer {token}"})))[0] == 200
        assert asked(house, KEYS) == 2


async def test_keys_that_were_read_hold_while_no_others_can_be_read(tmp_path: Path) -> None:
    async with House(Teams(), tmp_path).open() as house:
        await house.write("hi")
        house.provider.beside[METADATA] = {"jwks_uri": "https://keys.example.com/keys"}  # which is not Microsoft's
        house.clock.advance(timedelta(hours=25))
        await house.write("one")
        assert house.texts == ["Hello.", "You said one"]


async def test_without_keys_teams_is_told_to_come_again(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        keys = house.provider.beside.pop(KEYS)
        house.provider.is_down = True
        call = side.message("hi", 1, house.clock.now())
        for _ in range(5):
            assert (await house.call(call))[0] == 503
        assert len(house.provider.refused) == 1  # who sends a lot does not make the server ask as often
        house.provider.is_down, house.provider.beside[KEYS] = False, keys
        assert (await house.call(call))[0] == 503
        house.clock.advance(timedelta(seconds=10))
        assert (await house.call(call))[0] == 200


async def test_the_token_is_asked_for_once_an_hour_and_said_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(Teams(), tmp_path).open() as house:
        await house.write("hi")
        await house.write("one")
        assert asked(house, LOGIN) == 1
        form = parse_qs(house.provider.asked_beside[-1].body.decode())
        assert form == {
            "grant_type": ["client_credentials"],
            "client_id": [APP],
            "client_secret": [SECRET],
            "scope": ["https://api.botframework.com/.default"],
        }
        house.clock.advance(timedelta(minutes=56))
        house.provider.answers = [(401, {}, {"error": {"message": "Authorization has been denied"}})]
        await house.write("two")
        await house.pass_time(timedelta(minutes=1))
        assert asked(house, LOGIN) == 3  # one has ended, the other was not taken
        assert house.texts == ["Hello.", "You said one", "You said two"]
        assert ACCESS not in caplog.text
        assert "answered 401" in caplog.text


@pytest.mark.parametrize("lasts", [10**400, 0, -5, "soon", None, True])
async def test_a_token_of_whatever_length_is_used(tmp_path: Path, lasts: Any) -> None:
    async with House(Teams(), tmp_path).open() as house:
        house.provider.beside[LOGIN] = {**house.provider.beside[LOGIN], "expires_in": lasts}
        await house.write("hi")
        assert house.texts == ["Hello."]


async def test_without_a_token_a_message_waits(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with House(Teams(), tmp_path).open() as house:
        right, house.provider.beside[LOGIN] = house.provider.beside[LOGIN], {"error": "invalid_client"}
        await house.write("hi")
        assert (house.texts, "invalid_client" in caplog.text) == ([], True)
        house.provider.beside[LOGIN] = right
        await house.pass_time(timedelta(minutes=1))
        assert house.texts == ["Hello."]


@pytest.mark.parametrize(
    ("service", "status"),
    [
        ("https://smba.trafficmanager.net/emea/", 200),
        ("http://smba.trafficmanager.net/emea/", 401),
        ("https://127.0.0.1:8443/", 401),
        ("https://localhost/", 401),
        ("https://169.254.169.254/", 401),
        ("https://[::1]/", 401),
        ("ftp://smba.trafficmanager.net/", 401),
        ("smba.trafficmanager.net", 401),
    ],
)
async def test_a_bot_answers_only_into_the_internet(tmp_path: Path, service: str, status: int) -> None:
    side = Teams()
    async with House(side, tmp_path).open('WAIT "1 hour"', service=None) as house:
        token = side.token(house.clock.now(), serviceurl=service)
        body = json.dumps(side.activity(1, text="hi", serviceUrl=service)).encode()
        assert (await house.call(Call(body, {"Authorization": f"Bearer {token}"})))[0] == status


@pytest.mark.parametrize("place", [GROUP, THREAD])
async def test_in_groups_the_bots_name_is_not_heard_and_each_person_talks_for_themselves(
    tmp_path: Path, place: dict[str, Any]
) -> None:
    side = Teams()
    script = 'TALK "Hi, " + username\nHEAR x\nTALK username + " said " + x + "."'
    async with House(side, tmp_path).open(script) as house:
        for number, (person, text) in enumerate(
            [("29:a", "<at>Helper</at> hello"), ("29:b", "hey"), ("29:a", "what now, <at>Helper</at>")]
        ):
            sender = {"id": person, "name": person[-1].upper()}
            activity = side.activity(number, sender=sender, text=text, conversation=place, entities=[MENTION])
            assert (await house.call(side.call(activity, house.clock.now())))[0] == 200
            await house.engine.settle()
        assert {unquote(told.path) for told in house.provider.told} == {f"/v3/conversations/{place['id']}/activities"}
        assert [told.json["text"] for told in house.provider.told] == ["Hi, A", "Hi, B", "A said what now,."]


async def test_a_person_is_the_same_in_all_threads_of_a_channel_and_answered_in_the_last(tmp_path: Path) -> None:
    side = Teams()
    other = {**THREAD, "id": THREAD["id"].replace("1481567603816", "2222")}  # type: ignore[attr-defined]
    async with House(side, tmp_path).open() as house:
        for number, place in enumerate([THREAD, other]):
            await house.call(side.call(side.activity(number, text="one", conversation=place), house.clock.now()))
            await house.engine.settle()
        told = [(unquote(told.path).split("/")[3], told.json["text"]) for told in house.provider.told]
        assert told == [(THREAD["id"], "Hello."), (other["id"], "You said one")]


async def test_words_are_shown_as_they_are_above_buttons(tmp_path: Path) -> None:
    async with House(Teams(), tmp_path).open('TALK "*One*\n\n# <b>two</b>"\nHEAR x AS "a", "b"') as house:
        await house.write("hi")
        assert house.sent == [Sent(Teams.contact, "*One*\n \n# <b>two</b>", ["a", "b"])]
        [card] = house.provider.told[0].json["attachments"]
        assert {block["type"] for block in card["content"]["body"]} == {"RichTextBlock"}


async def test_more_than_six_answers_are_numbers(tmp_path: Path) -> None:
    for count, is_card in ((6, True), (7, False)):
        choices = ", ".join(f'"choice {number}"' for number in range(1, count + 1))
        folder = tmp_path / str(count)
        folder.mkdir()
        async with House(Teams(), folder).open(f'TALK "Which?"\nHEAR c AS {choices}\nTALK "So " + c') as house:
            await house.write("hi")
            assert ("attachments" in house.provider.told[0].json) is is_card
            assert house.sent[0].buttons == [f"choice {number}" for number in range(1, count + 1)]
            await house.write("3")
            assert house.texts[-1] == "So choice 3"


async def test_a_button_is_understood_by_its_value_alone(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open('HEAR x AS "a", "b"\nTALK "So " + x') as house:
        await house.write("hi")
        await house.call(side.call(side.activity(5, value={"said": "b"}), house.clock.now()))
        await house.engine.settle()
        assert house.texts[-1] == "So b"


async def test_a_button_of_somebody_elses_card_is_answered_as_teams_wants_it(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        activity = side.activity(5, "invoke", name="adaptiveCard/action", value={"action": {"verb": "x"}})
        status, answer = await house.call(side.call(activity, house.clock.now()))
        assert (status, answer["statusCode"], answer["type"]) == (200, 400, "application/vnd.microsoft.error")


async def test_somebody_who_is_gone_is_given_up_and_a_busy_teams_is_not(tmp_path: Path) -> None:
    for status, is_hopeless in ((403, True), (404, True), (412, False), (502, False)):
        folder = tmp_path / str(status)
        folder.mkdir()
        async with House(Teams(), folder).open() as house:
            house.provider.answers = [(status, {}, {"error": {"code": "x", "message": "The bot is blocked"}})]
            await house.write("hi")
            assert (await house.engine.next_due() is None) is is_hopeless


async def test_a_conversation_that_the_bot_begins(tmp_path: Path) -> None:
    async with House(Teams(), tmp_path).open() as house:
        house.provider.usual = {"id": CHAT}
        adapter = house.services.channels.adapter("place") if house.services.channels else None
        assert adapter is not None
        await adapter.send(Delivery("m1", "c1", "helper", "29:new", "Good morning.", {}, {}, house.clock.now()))
        begun, said = house.provider.told
        assert (begun.path, begun.json["members"]) == ("/v3/conversations", [{"id": "29:new"}])
        assert (begun.json["bot"], begun.json["channelData"]) == ({"id": BOT}, {"tenant": {"id": TENANT}})
        assert house.side.sent(said).text == "Good morning."


def test_a_bot_for_many_tenants_logs_in_where_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_SECRET", SECRET)
    given = {"kind": "teams", "bot": "helper", "app_id": APP, "app_secret": {"env": "TEAMS_SECRET"}}
    assert TeamsSettings.model_validate(given).tenant_id == "botframework.com"


@pytest.mark.parametrize(
    ("wanted", "told", "status"),
    [
        (TENANT, TENANT.upper(), 200),
        (TENANT, "evil", 401),
        (TENANT, None, 401),
        ("common", "anybody", 200),
        ("botframework.com", "anybody", 200),
        ("contoso.onmicrosoft.com", "anybody", 200),
    ],
)
async def test_another_organisation_is_not_heard(tmp_path: Path, wanted: str, told: str | None, status: int) -> None:
    side = Teams()
    async with House(side, tmp_path).open('WAIT "1 hour"', service=None, tenant_id=wanted) as house:
        place = {"conversationType": "personal", "id": CHAT}
        activity = side.activity(1, text="hi", conversation=place, channelData={"tenant": {"id": told}})
        assert (await house.call(side.call(activity, house.clock.now())))[0] == status


LETTER = Given("report.pdf", "application/pdf", b"%PDF-1.7")
ASKS = 'TALK "Hello."\nDO\n  HEAR x AS FILE\n  TALK x\nLOOP'


def beside(url: Any) -> dict[str, Any]:
    """A file of SharePoint, as Teams tells of it."""
    return {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "contentUrl": "https://contoso.sharepoint.com/personal/ana/Documents/report.pdf",
        "name": LETTER.name,
        "content": {"downloadUrl": url, "uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C9D", "fileType": "pdf"},
    }


async def test_a_file_beside_a_message_is_kept_since_it_may_be_had_for_minutes_alone(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open(ASKS) as house:
        await house.write("hi")
        house.provider.at = {"/download": (200, {"Content-Type": "application/octet-stream"}, LETTER.data)}
        attachment = beside(f"{side.address}/download?tempauth={'x' * 2000}")
        call = side.call(side.activity(1, text="<p>", attachments=[attachment]), house.clock.now())
        assert (await house.call(call))[0] == 200
        await house.engine.settle()
        [asked_for] = house.provider.asked
        assert "Authorization" not in asked_for.headers
        house.provider.at = {}
        found = await house.get(house.texts[-1])
        assert (found.status, found.data, found.headers["Content-Type"]) == (200, LETTER.data, "application/pdf")
        assert "tempauth" not in house.texts[-1]


@pytest.mark.parametrize("url", ["http://10.0.0.1/a", "https://localhost/a", "https://[", "", 5, None])
async def test_a_file_that_cannot_be_had_is_not_there(tmp_path: Path, url: Any) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        await house.write("hi")
        activity = side.activity(1, text="see", attachments=[beside(url), 5])
        assert (await house.call(side.call(activity, house.clock.now())))[0] == 200
        await house.engine.settle()
        assert house.texts[-1] == "You said see"
        assert not any(message.files for message in await house.engine.messages(await house.conversation(), 0))


@pytest.mark.parametrize("url", ["ftp://example.com/a.png", "https://[", "/a.png", 5])
async def test_what_lies_at_no_address_is_no_file(tmp_path: Path, url: Any) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        await house.write("hi")
        activity = side.activity(1, text="see", attachments=[{"contentType": "image/png", "contentUrl": url}])
        assert (await house.call(side.call(activity, house.clock.now())))[0] == 200
        await house.engine.settle()
        assert house.texts[-1] == "You said see"
        assert not any(message.files for message in await house.engine.messages(await house.conversation(), 0))


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://smba.trafficmanager.net/amer/v3/attachments/1/views/original", True),
        ("https://smba.trafficmanager.net:8443/x", True),
        ("https://evil.trafficmanager.net/x", False),
        ("https://smba.trafficmanager.net.evil.example/x", False),
        ("http://smba.trafficmanager.net/x", False),
    ],
)
async def test_the_bots_token_goes_nowhere_but_to_teams(
    tmp_path: Path, url: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with House(Teams(), tmp_path).open(service=None) as house:
        asked_for: list[tuple[str, bool]] = []

        async def by_name(who: str, url: str, take: Any, *, headers: dict[str, str]) -> None:
            asked_for.append((url, headers["Authorization"] == f"Bearer {ACCESS}"))

        async def by_nobody(request: Request, take: Any) -> None:
            asked_for.append((request.address, "Authorization" in request.headers))

        monkeypatch.setattr(house.adapter.door.provider, "fetch", by_name)
        monkeypatch.setattr(house.adapter.door.outside, "fetch", by_nobody)
        await house.adapter.fetch(url, None)
        assert asked_for == [(url, is_told)]
        assert asked(house, LOGIN) == is_told


def with_files(house: House, number: int = 1, **what: Any) -> Call:
    """A message with a file that is to be kept."""
    side = house.side
    assert isinstance(side, Teams)
    house.provider.at = {"/download": (200, {"Content-Type": "application/octet-stream"}, LETTER.data)}
    attachment = beside(f"{side.address}/download?tempauth=x")
    return side.call(side.activity(number, **{"text": "see", "attachments": [attachment], **what}), house.clock.now())


@pytest.mark.parametrize(
    "what",
    [
        {"sender": {"id": BOT, "role": "bot"}},
        {"conversation": []},
        {"id": 5},
        {"type": "messageReaction"},
        {"channelId": "webchat"},
        {"serviceUrl": "https://smba.example.com/"},
    ],
)
async def test_of_what_is_not_heard_no_file_is_fetched(tmp_path: Path, what: dict[str, Any]) -> None:
    async with House(Teams(), tmp_path).open() as house:
        await house.call(with_files(house, **what))
        await house.engine.settle()
        assert (house.provider.asked, house.texts) == ([], [])


async def test_the_files_of_a_repeated_call_are_fetched_once(tmp_path: Path) -> None:
    async with House(Teams(), tmp_path).open() as house:
        call = with_files(house)
        answers = await asyncio.gather(*(house.call(call) for _ in range(3)))
        assert [status for status, _ in [*answers, await house.call(call)]] == [200] * 4
        assert len(house.provider.asked) == 1


async def test_so_many_files_of_a_message_and_no_more_are_fetched(tmp_path: Path) -> None:
    side = Teams()
    async with House(side, tmp_path).open() as house:
        call = with_files(house, attachments=[beside(f"{side.address}/download?{number}") for number in range(50)])
        assert (await house.call(call))[0] == 200
        assert len(house.provider.asked) == MOST_FILES
