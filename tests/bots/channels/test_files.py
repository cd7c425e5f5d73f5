"""Files that people send: what holds for every kind of channel."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tasktalk.storage.tables import attachment, message
from tests.bots.channels.conftest import House
from tests.bots.channels.provider import Provider
from tests.bots.channels.side import PUBLIC_URL, Given, Side
from tests.bots.channels.telegram import Telegram

PHOTO = Given("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")
VOICE = Given("voice.ogg", "audio/ogg", b"OggS a voice")
LETTER = Given("letter.html", "text/html", b"<script>alert(1)</script>")
PRICES = Given("prices.csv", "text/csv", b"fig;2")
TURNED = "\u202e"
ASKS = """
TALK "Hello."
DO
  HEAR x AS {}
  TALK x
LOOP
"""
USES = """
TALK "Hello."
id = CREATE TASK "Look at it"
DO
  HEAR x AS FILE
  TRY
    {}
  CATCH error
    TALK error.code
  END TRY
LOOP
"""


@pytest.fixture
async def house(side: Side, tmp_path: Path) -> AsyncIterator[House]:
    """A bot that asks for files, and says where they are."""
    async with House(side, tmp_path).open(ASKS.format("FILE")) as opened:
        await opened.write("hi")
        yield opened


async def test_a_link_has_no_address_in_it_that_others_could_ask(house: House) -> None:
    await house.send(PHOTO)
    token = house.texts[-1].partition("/files/")[2].partition(".")[0]
    said = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert b"image" in said
    assert b"://" not in said


@pytest.mark.parametrize("text", ["", "My cat, https://example.com/cat.jpg"])
async def test_hear_as_file_gets_a_link_to_the_bytes(house: House, text: str) -> None:
    await house.send(PHOTO, text)
    link = house.texts[-1]
    assert link.startswith(f"{PUBLIC_URL}/channels/place/files/")
    assert not any(secret in link for secret in house.side.secrets.values())
    found = await house.get(link)
    assert (found.status, found.data) == (200, PHOTO.data)
    assert found.headers["Content-Type"] == "image/jpeg"
    assert found.headers["Content-Disposition"].startswith("attachment; ")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    house.side.may_have(house.provider.asked)


async def test_a_file_that_is_a_page_is_never_shown_as_one(house: House) -> None:
    await house.send(LETTER)
    found = await house.get(house.texts[-1])
    assert (found.status, found.data) == (200, LETTER.data)
    assert found.headers["Content-Disposition"].startswith("attachment; ")
    assert found.headers["Content-Security-Policy"].startswith("sandbox")


async def test_a_file_of_another_kind_is_asked_for_again(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(ASKS.format("AUDIO")) as house:
        await house.write("hi")
        await house.send(PHOTO)
        assert house.texts[-1].startswith("Please answer with a voice message")
        await house.send(VOICE)
        assert (await house.get(house.texts[-1])).data == VOICE.data


async def test_a_picture_is_an_image(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(ASKS.format("IMAGE")) as house:
        await house.write("hi")
        await house.send(PHOTO)
        assert (await house.get(house.texts[-1])).data == PHOTO.data


async def test_a_picture_is_no_document(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(ASKS.format("DOCUMENT")) as house:
        await house.write("hi")
        await house.send(PHOTO)
        assert house.texts[-1].startswith("Please answer with a document")


async def test_a_plain_hear_gets_the_words(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(ASKS.format("TEXT")) as house:
        await house.write("hi")
        await house.send(PHOTO, "A cat")
        assert house.texts == ["Hello.", "A cat"]


async def test_a_plain_hear_gets_the_link_where_there_are_no_words(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(ASKS.format("TEXT")) as house:
        await house.write("hi")
        await house.send(PHOTO)
        assert (await house.get(house.texts[-1])).data == PHOTO.data


async def test_a_file_begins_a_talk(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open() as house:
        await house.send(PHOTO)
        assert house.texts == ["Hello."]


async def test_a_link_that_was_changed_or_guessed_leads_nowhere(house: House) -> None:
    await house.send(PHOTO)
    link = house.texts[-1]
    place, _, name = link.rpartition("/")
    base, _, token = place.rpartition("/")
    said, _, mark = token.partition(".")
    forged = [
        f"{base}/{token}/other.jpg",
        f"{base.replace('/place/', '/other/')}/{token}/{name}",
        f"{base}/{said}/{name}",
        f"{base}/{said}./{name}",
        f"{base}/{said}.{mark[:-1]}/{name}",
        f"{base}/{said}.{'A' * len(mark)}/{name}",
        f"{base}/{'B' if said[0] == 'A' else 'A'}{said[1:]}.{mark}/{name}",
        f"{base}/{said[:-4]}.{mark}/{name}",
        f"{base}/.{mark}/{name}",
        f"{base}/{said}.{mark}%00/{name}",
    ]
    for each in forged:
        found = await house.get(each)
        assert (found.status, found.error) == (404, "not_found"), each
    assert house.provider.asked == []


async def test_a_link_outlasts_a_restart(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    async with house.open(ASKS.format("FILE")):
        await house.write("hi")
        await house.send(PHOTO)
        link = house.texts[-1]
    async with house.open(ASKS.format("FILE")):
        services = house.services.sent_files
        assert services is not None
        found = await services.links.named(link)
        assert (found and found.file.name, found and found.channel) == (link.rpartition("/")[2], "place")


async def test_a_file_that_the_provider_has_no_more(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(USES.format("TALK x\n    TALK GET x")) as house:
        await house.write("hi")
        await house.send(PHOTO)
        link = house.texts[1]
        await side.lose(house, PHOTO)
        found = await house.get(link)
        assert (found.status, found.error) == (404, "not_found")
        await house.write(link)
        assert house.texts[-1] == "http-error"


async def test_a_provider_that_is_down_is_asked_again_later(house: House) -> None:
    await house.send(PHOTO)
    await house.side.hide(house)
    found = await house.get(house.texts[-1])
    assert (found.status, found.error) == (503, "unavailable")
    await house.side.show(house)
    assert (await house.get(house.texts[-1])).data == PHOTO.data


async def test_a_file_that_is_too_large(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    house.hosting = {"most_file_bytes": len(PHOTO.data) - 1}
    async with house.open(USES.format("TALK x\n    ATTACH FILE TO TASK id, x")):
        await house.write("hi")
        await house.send(PHOTO)
        found = await house.get(house.texts[1])
        assert (found.status, found.error) == (413, "file_too_large")
        assert house.texts[2] == "file_too_large"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", f"ß 猫 {TURNED}gpj.pdf", 'a"; b=c.pdf', "x" * 400 + ".pdf", "%2e%2e%2f", "..."]
)
async def test_strange_names_do_no_harm(house: House, name: str) -> None:
    given = Given(name, "application/pdf", b"%PDF")
    await house.send(given)
    found = await house.get(house.texts[-1])
    assert (found.status, found.data) == (200, given.data)
    told = found.headers["Content-Disposition"]
    assert told.startswith('attachment; filename="')
    assert told.count('"') == 2
    assert not any(sign in told for sign in ("/", "\\", "\n", TURNED))


async def test_a_file_keeps_its_name(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(USES.format("ATTACH FILE TO TASK id, x")) as house:
        await house.write("hi")
        await house.send(LETTER)
        async with house.services.database.read() as reader:
            [row] = await reader.rows(select(attachment))
        assert row["filename"] == ("letter.html" if side.names_files else "file.html")
        assert (row["mime_type"], row["size_bytes"]) == ("text/html", len(LETTER.data))


async def test_scripts_use_a_file_without_asking_the_web(side: Side, tmp_path: Path) -> None:
    # The address at which the world reaches the server is nobody's here.
    async with House(side, tmp_path).open(USES.format('TALK GET x\n    SEND FILE x, "There"')) as house:
        await house.write("hi")
        await house.send(PRICES)
        assert house.texts[1] == "fig;2"
        sent = house.sent[2]
        assert (await house.get(sent.file or sent.text.split()[-1])).data == b"fig;2"


async def test_a_link_that_only_looks_like_ours_is_asked_of_the_web(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    async with house.open(USES.format("TALK GET x")):
        await house.write("hi")
        await house.write("http://127.0.0.1:9/channels/place/files/abc.def/photo.jpg")
        assert house.texts[-1] == "forbidden-address"


async def test_without_a_public_url_scripts_alone_can_use_files(tmp_path: Path) -> None:
    house = House(Telegram(), tmp_path)
    house.hosting = {"public_url": None}
    async with house.open(USES.format('TALK GET x\n    SEND FILE x\n    TALK "Sent"')):
        await house.write("hi")
        await house.send(PRICES)
        assert house.texts == ["Hello.", "fig;2", "Sent"]
        async with house.services.database.read() as reader:
            [dead] = await reader.rows(select(message).where(message.c.status == "dead"))
        assert "tasktalk.toml has no public_url" in dead["error"]


async def test_no_secret_is_told_with_a_file(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.send(PHOTO)
    link = house.texts[-1]
    answers = [await house.get(link)]
    await house.side.hide(house)
    answers.append(await house.get(link))
    await house.side.show(house)
    await house.side.lose(house, PHOTO)
    answers.append(await house.get(link))
    assert [answer.status for answer in answers] == [200, 503, 404]
    told = caplog.text + "".join(f"{answer.headers}{answer.data!r}" for answer in answers)
    assert not any(secret in told for secret in house.side.secrets.values())


async def test_no_secret_goes_anywhere_but_to_the_provider(side: Side, tmp_path: Path) -> None:
    house, elsewhere = House(side, tmp_path), Provider()
    house.hosting = {"private_hosts": ["127.0.0.1"]}
    async with house.open(ASKS.format("FILE")):
        await house.write("hi")
        side.address = await elsewhere.start()
        try:
            await house.send(PHOTO)
            for link in house.texts[1:]:
                await house.get(link)
        finally:
            await elsewhere.stop()
    for told in elsewhere.told:
        assert "Authorization" not in told.headers
        assert not any(secret in f"{told}" for secret in side.secrets.values())
    assert bool(elsewhere.told) is side.shows_from_elsewhere
