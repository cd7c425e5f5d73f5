"""Files that people send: what is each provider's own."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError

from tasktalk.storage.writes import WriteSet
from tests.bots.channels.conftest import House
from tests.bots.channels.discord import Discord
from tests.bots.channels.provider import Cut
from tests.bots.channels.side import Call, Given
from tests.bots.channels.signed import Signed
from tests.bots.channels.slack import FILE_ID, Slack
from tests.bots.channels.telegram import CHAT, PERSON, TOKEN, Telegram
from tests.bots.channels.twilio import ACCOUNT, PLACE, SENDER, Twilio
from tests.bots.channels.whatsapp import WhatsApp

PHOTO = Given("photo.jpg", "image/jpeg", b"\xff\xd8 a photo")
TELLS = """
TALK "Hello."
DO
  HEAR x
  TALK x
  FOR EACH f IN FILES
    TALK "${f.kind}, ${f.name}, ${f.type}"
  NEXT
LOOP
"""
ASKS = 'TALK "Hello."\nDO\n  HEAR x AS FILE\n  TALK x\nLOOP\n'

READS = """
TALK "Hello."
DO
  HEAR x AS FILE
  TALK x
  TRY
    TALK GET x
  CATCH error
    TALK error.code
  END TRY
LOOP
"""


async def heard(house: House, call: Call) -> list[str]:
    """What the bot says of a message."""
    before = len(house.texts)
    assert (await house.call(call))[0] == 200
    await house.engine.settle()
    return house.texts[before:]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"voice": {"file_id": "f", "duration": 2}}, "audio, audio.ogg, audio/ogg"),
        ({"audio": {"file_id": "f", "file_name": "song.mp3"}}, "audio, song.mp3, audio/mpeg"),
        ({"video": {"file_id": "f", "mime_type": "video/webm"}}, "video, video.webm, video/webm"),
        ({"video_note": {"file_id": "f"}}, "video, video.mp4, video/mp4"),
        ({"animation": {"file_id": "f"}, "document": {"file_id": "g"}}, "video, video.mp4, video/mp4"),
        (
            {"document": {"file_id": "f", "file_name": "scan.png", "mime_type": "image/png"}},
            "file, scan.png, image/png",
        ),
        ({"document": {"file_id": "f"}}, "file, file, application/octet-stream"),
    ],
)
async def test_what_telegram_calls_files(tmp_path: Path, what: dict[str, Any], told: str) -> None:
    async with House(Telegram(), tmp_path).open(TELLS) as house:
        await house.write("hi")
        side = Telegram()
        message = {"message_id": 5, "from": PERSON, "chat": CHAT, "date": 0, "caption": "Look", **what}
        assert await heard(house, side.update(7, message=message)) == ["Look", told]


async def test_telegram_gives_bots_no_large_files(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(ASKS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        why = {"ok": False, "error_code": 400, "description": "Bad Request: file is too big"}
        house.provider.at = {f"/bot{TOKEN}/getFile": (400, {}, why)}
        found = await house.get(house.texts[-1])
        assert (found.status, found.error) == (404, "not_found")
        assert "file is too big" in json.loads(found.data)["message"]


async def test_a_button_of_a_message_with_a_photo_brings_no_photo(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(TELLS) as house:
        await house.write("hi")
        photo = {"message_id": 5, "chat": CHAT, "photo": [{"file_id": "f"}], "caption": "Choose"}
        query = {"id": "77", "from": PERSON, "message": photo, "data": "small"}
        assert await heard(house, Telegram().update(7, callback_query=query)) == ["small"]


async def test_a_file_that_comes_packed_is_unpacked(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(ASKS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        [*_, place] = house.provider.at
        house.provider.at[place] = (200, {"Content-Encoding": "gzip"}, gzip.compress(PHOTO.data))
        assert (await house.get(house.texts[-1])).data == PHOTO.data


async def test_a_file_that_breaks_off_is_never_taken_for_the_whole(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(READS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        link = house.texts[1]
        [*_, place] = house.provider.at
        house.provider.at[place] = (200, {}, Cut(PHOTO.data))
        try:
            found = await house.get(link)
        except ClientError:
            pass  # the answer had begun, and breaks off as well
        else:
            assert (found.status, found.error) == (503, "unavailable")
        await house.write(link)
        assert house.texts[-1] == "no-connection"


async def test_slack_sends_those_away_whom_it_does_not_know(tmp_path: Path) -> None:
    async with House(Slack(), tmp_path).open(ASKS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        house.provider.at["/files-pri/download/x"] = (302, {"Location": "/login"}, b"")
        house.provider.at["/login"] = (200, {"Content-Type": "text/html"}, b"<p>Sign in</p>")
        found = await house.get(house.texts[-1])
        assert (found.status, found.error) == (404, "not_found")


async def test_slacks_missing_scope_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with House(Slack(), tmp_path).open(ASKS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        house.provider.at["/files.info"] = (200, {}, {"ok": False, "error": "missing_scope", "needed": "files:read"})
        assert (await house.get(house.texts[-1])).status == 503
        assert "missing_scope" in caplog.text


async def test_a_file_of_another_workspace_is_known_by_its_id_alone(tmp_path: Path) -> None:
    side = Slack()
    async with House(side, tmp_path).open(ASKS) as house:
        await house.write("hi")
        mention = {"type": "message", "channel": "D024BE91L", "user": side.contact, "channel_type": "im", "text": ""}
        file = {"id": FILE_ID, "file_access": "check_file_info"}
        [link] = await heard(house, side.event(7, house.clock.now(), **mention, subtype="file_share", files=[file]))
        house.provider.at = dict(side.holds(PHOTO))
        assert (await house.get(link)).data == PHOTO.data


@pytest.mark.parametrize(
    ("kind", "what", "told"),
    [
        ("sticker", {"id": "1", "mime_type": "image/webp"}, "image, image.webp, image/webp"),
        ("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}, "audio, audio.ogg, audio/ogg"),
        ("video", {"id": "1", "mime_type": "video/mp4", "caption": "Look"}, "video, video.mp4, video/mp4"),
        ("document", {"id": "1", "filename": "a.pdf", "mime_type": "application/pdf"}, "file, a.pdf, application/pdf"),
    ],
)
async def test_what_whatsapp_calls_files(tmp_path: Path, kind: str, what: dict[str, Any], told: str) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open(TELLS) as house:
        await house.write("hi")
        more: dict[str, Any] = {"type": kind, kind: what}
        assert (await heard(house, side.said(7, house.clock.now(), None, **more)))[1:] == [told]


async def test_an_id_of_whatsapp_that_is_a_path_is_none(tmp_path: Path) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open(TELLS) as house:
        await house.write("hi")
        more: dict[str, Any] = {"type": "image", "image": {"id": "../me", "mime_type": "image/png"}}
        assert await heard(house, side.said(7, house.clock.now(), None, **more)) == []


async def test_whatsapp_that_is_asked_too_often_is_asked_later(tmp_path: Path) -> None:
    async with House(WhatsApp(), tmp_path).open(ASKS) as house:
        await house.write("hi")
        await house.send(PHOTO)
        [place] = [path for path in house.provider.at if path.count("/") == 1]
        house.provider.at[place] = (400, {}, {"error": {"code": 130429, "message": "Rate limit hit"}})
        assert (await house.get(house.texts[-1])).status == 503


async def test_a_command_of_discord_with_several_files(tmp_path: Path) -> None:
    side = Discord()
    async with House(side, tmp_path).open(TELLS) as house:
        await house.write("hi")
        options = [
            {"name": "file", "type": 11, "value": "2"},
            {"name": "text", "type": 3, "value": "Both"},
            {"name": "more", "type": 11, "value": "1"},
        ]
        files = {
            "1": {"id": "1", "filename": "a.pdf", "url": "https://cdn.discordapp.com/a", "content_type": "text/plain"},
            "2": {"id": "2", "filename": "b.png", "url": "https://cdn.discordapp.com/b", "content_type": "image/png"},
        }
        data = {"name": "talk", "options": options, "resolved": {"attachments": files}}
        said = await heard(house, side.interaction(2, 7, house.clock.now(), data))
        assert said == ["Both", "image, b.png, image/png", "file, a.pdf, text/plain"]


async def test_a_message_of_twilio_with_several_media(tmp_path: Path) -> None:
    side = Twilio()
    async with House(side, tmp_path).open(TELLS) as house:
        await house.write("hi")
        fields = {"MessageSid": "MM7", "From": side.contact, "To": SENDER, "AccountSid": ACCOUNT, "NumMedia": "3"}
        media = {
            "MediaUrl0": f"https://api.twilio.com{PLACE}",
            "MediaContentType0": "image/png",
            "MediaUrl1": f"https://api.twilio.com{PLACE}",
            "MediaContentType1": "audio/amr",
            "MediaUrl2": "https://example.com/elsewhere",
            "MediaContentType2": "image/png",
        }
        said = await heard(house, side.call({**fields, "Body": "Both", **media}))
        assert said == ["Both", "image, image.png, image/png", "audio, audio.amr, audio/amr"]


def _signed(number: int, now: datetime, files: Any) -> Call:
    return Signed().call(number, now, {"contact": "ana", "text": "", "files": files})


@pytest.mark.parametrize(
    "files",
    [
        "https://example.com/a",
        [5],
        ["ftp://example.com/a"],
        ["/a"],
        ["https://example.com/" + "a" * 8000],
        ["https://a.example/x"] * 21,
    ],
)
async def test_files_of_a_signed_webhook_are_web_addresses(tmp_path: Path, files: Any) -> None:
    async with House(Signed(), tmp_path).open(ASKS) as house:
        status, answer = await house.call(_signed(7, house.clock.now(), files))
        assert (status, answer["error"]) == (400, "invalid_request")


async def test_an_address_stays_with_its_message_and_out_of_the_link(tmp_path: Path) -> None:
    side = Signed()
    async with House(side, tmp_path).open(ASKS) as house:
        await house.write("hi")
        long = f"{side.address}/shop/photo.jpg?tempauth={'x' * 3000}"
        house.provider.at = dict(side.holds(PHOTO))
        [link] = await heard(house, _signed(7, house.clock.now(), [f"{side.address}/shop/photo.jpg", long]))
        [message] = [each for each in await house.engine.messages(await house.conversation()) if each.files]
        [_, far] = message.files
        assert len(far["url"]) < 400
        assert (await house.get(far["url"])).data == PHOTO.data
        assert house.provider.asked[-1].path == long.removeprefix(side.address)
        writes = WriteSet()
        writes.delete("message", {"id": message.id})
        await house.services.database.commit(writes)
        found = await house.get(far["url"])
        assert (found.status, found.error) == (404, "not_found")
        assert (await house.get(link)).status == 404


async def test_a_signed_webhook_leads_into_no_network_of_the_servers_own(tmp_path: Path) -> None:
    house = House(Signed(), tmp_path)
    house.hosting = {"private_hosts": []}
    async with house.open(ASKS):
        await house.write("hi")
        await house.send(PHOTO)
        found = await house.get(house.texts[-1])
        assert (found.status, found.error) == (404, "not_found")
        assert house.provider.asked == []


async def test_a_script_is_told_that_a_file_lies_in_the_servers_own_network(tmp_path: Path) -> None:
    house = House(Signed(), tmp_path)
    house.hosting = {"private_hosts": []}
    async with house.open(READS):
        await house.write("hi")
        await house.send(PHOTO)
        assert house.texts[-1] == "forbidden-address"
