"""E-mail with servers that are not ours: talks by mail, and what becomes of the mailbox."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from socket import socket
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.kinds import email as kind
from tasktalk.bots.channels.mails.mailbox import Account, Mailbox, visit
from tasktalk.bots.channels.reloading import Reloading
from tasktalk.bots.configuration import WrongConfiguration, read
from tasktalk.bots.outside.mail import Smtp, SmtpMail
from tasktalk.bots.outside.mail_servers import MailServer
from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import Delivery, Fetched, FileGone, Letter, Undeliverable
from tests.bots.channels.conftest import ECHO, House
from tests.bots.channels.email import PROOF, Email, mail
from tests.bots.channels.post import PASSWORD, USER, Post


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(Email(), tmp_path).open() as opened:
        yield opened


def post_of(house: House) -> Post:
    return cast(Post, house.provider)


async def comes(house: House, *mails: Any) -> list[int]:
    """Mails come, the channel looks, and the bot answers."""
    uids = [await post_of(house).put(each if isinstance(each, bytes) else each.as_bytes()) for each in mails]
    await house.adapter.look()
    await house.engine.settle()
    return uids


def answers(house: House) -> list[Message]:
    return [message_from_bytes(told.body, policy=default) for told in house.provider.told]


async def test_two_people_talk_by_mail_each_in_their_thread(house: House) -> None:
    bo = {"From": "Bo <bo@example.org>", "Subject": "שאלה", "In_Reply_To": ""}
    await comes(
        house,
        mail("Hi!", Message_ID="<a1@example.org>", Subject="Bread", In_Reply_To=""),
        mail("Hello!", Message_ID="<b1@example.org>", **bo),
    )
    [to_ana, to_bo] = sorted(answers(house), key=lambda each: str(each["To"]))
    assert [(each["To"], each["Subject"], each["In-Reply-To"]) for each in (to_ana, to_bo)] == [
        ("ana@example.org", "Re: Bread", "<a1@example.org>"),
        ("bo@example.org", "Re: שאלה", "<b1@example.org>"),
    ]
    quoted = f"white\n\nOn 2 Mar 2026, at 10:00, Helper <{USER}> wrote:\n\n> Hello.\n"
    thread = f"<a1@example.org> {to_ana['Message-ID']}"
    await comes(
        house,
        mail(quoted, Message_ID="<a2@example.org>", Subject="Re: Bread", In_Reply_To="", References=thread),
    )
    last = answers(house)[-1]
    assert last.get_payload() == "You said white\r\n"
    assert (last["Subject"], last["In-Reply-To"]) == ("Re: Bread", "<a2@example.org>")
    assert last["References"].split() == [*thread.split(), "<a2@example.org>"]
    await comes(house, mail("Another thing", Message_ID="<a3@example.org>", Subject="Milk", In_Reply_To=""))
    assert (answers(house)[-1]["Subject"], answers(house)[-1]["References"]) == ("Re: Milk", "<a3@example.org>")


async def test_a_mail_that_is_fetched_again_after_a_kill_is_heard_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(Email(), tmp_path)
    async with house.open():
        await comes(house, mail("hi", Message_ID="<1@example.org>"))

        async def die(*given: object) -> None:
            raise asyncio.CancelledError

        monkeypatch.setattr(Mailbox, "mark", die)
        with pytest.raises(asyncio.CancelledError):
            await comes(house, mail("one", Message_ID="<2@example.org>"))
    monkeypatch.undo()
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    async with house.open():
        await comes(house, mail("two", Message_ID="<3@example.org>"))
        assert house.texts == ["Hello.", "You said one", "You said two"]


async def test_a_mailbox_that_is_down_for_an_hour_misses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, looked, look = 0, asyncio.Event(), house.adapter.look

    async def noted() -> None:
        nonlocal looks
        try:
            await look()
        finally:
            looks += 1
            looked.set()

    monkeypatch.setattr(house.adapter, "look", noted)
    channels = house.services.channels
    assert channels is not None

    async def pass_minutes(count: int) -> None:
        for _ in range(count):
            looked.clear()
            house.clock.advance(timedelta(minutes=5))
            channels.wake()
            await looked.wait()
        await house.engine.settle()

    channels.start()
    await looked.wait()
    await post_of(house).close_mailbox()
    await post_of(house).put(mail("hi", Message_ID="<1@example.org>").as_bytes())
    await pass_minutes(12)
    assert (looks, house.texts) == (13, [])
    await post_of(house).put(mail("one", Message_ID="<2@example.org>").as_bytes())
    await post_of(house).open_mailbox()
    await pass_minutes(1)
    assert house.texts == ["Hello.", "You said one"]


async def test_a_mail_that_cannot_be_read_stops_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    many = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 200
    long = b"From: ana@example.org\r\nContent-Type: text/plain" + b"; a*0=b" * 1000 + b"\r\n\r\nx"
    wrong = [b"From: ana@example.org\r\n" + many, long, b"From: " + b"(" * 9000 + b"\r\n\r\nx"]
    uids = await comes(house, *wrong, mail("hi", Message_ID="<1@example.org>"))
    assert house.texts == ["Hello."]
    assert [await post_of(house).flags(uid) for uid in uids] == [*[{"\\Seen", "\\Flagged"}] * 3, {"\\Seen"}]
    said = [each for each in caplog.messages if "cannot be read" in each]
    assert said == [f"place: the mail {uid} cannot be read, and is not heard" for uid in uids[:3]]


async def test_what_the_store_does_not_take_now_stays_unread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*given: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(house.engine, "receive", fail)
    with pytest.raises(ConnectionError, match="the database is away"):
        await comes(house, mail("hi", Message_ID="<1@example.org>"))
    monkeypatch.undo()
    await comes(house)
    assert house.texts == ["Hello."]


async def test_a_mail_that_is_too_large_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "MOST_BYTES", 5000)
    [large, small] = await comes(house, mail("x" * 5000), mail("hi"))
    assert house.texts == ["Hello."]
    assert [await post_of(house).flags(uid) for uid in (large, small)] == [{"\\Seen", "\\Flagged"}, {"\\Seen"}]


async def test_without_trust_the_address_is_believed(tmp_path: Path) -> None:
    async with House(Email(), tmp_path).open(trust=None) as house:
        await comes(house, mail("hi", Authentication_Results=""))
        assert house.texts == ["Hello."]


async def test_more_mails_than_are_looked_for_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.bots.channels.mails.mailbox._PAGE", 2)
    script = ECHO.replace('"You said " + word', '"No " + word')
    async with House(Email(), tmp_path).open(script) as house:
        await comes(house, *(mail(str(number), Message_ID=f"<{number}@example.org>") for number in range(5)))
        assert house.texts == ["Hello.", *(f"No {number}" for number in range(1, 5))]


async def test_files_come_with_a_mail_and_are_had_from_the_mailbox(tmp_path: Path) -> None:
    script = 'TALK "Which?"\nHEAR paper AS FILE\nTALK "Thank you for it."'
    async with House(Email(), tmp_path).open(script) as house:
        await comes(house, mail("hi"))
        message = mail("Here it is.")
        message.add_attachment(b"%PDF" * 40_000, maintype="application", subtype="pdf", filename="bill.pdf")
        await comes(house, message)
        assert house.texts == ["Which?", "Thank you for it."]
        [file] = (await house.engine.messages(await house.conversation(), 0))[-2].detail["files"]
        assert (file["name"], file["mime_type"], file["size"]) == ("bill.pdf", "application/pdf", 160_000)

        async def take(fetched: Fetched) -> bytes:
            assert (fetched.name, fetched.mime_type, fetched.size) == ("bill.pdf", "application/pdf", 160_000)
            return b"".join([chunk async for chunk in fetched.chunks])

        async with visit(house.adapter._account) as mailbox:
            numbering = mailbox.numbering
        assert await house.adapter.fetch(f"{numbering}.102.0", take) == b"%PDF" * 40_000
        for gone in (f"{numbering}.102.1", f"{numbering}.999.0", f"{numbering + 1}.102.0"):
            with pytest.raises(FileGone):
                await house.adapter.fetch(gone, take)


async def test_the_connection_ends_when_the_channel_goes(tmp_path: Path) -> None:
    """Also in the middle of a command that the server does not answer."""
    asked, ended = asyncio.Event(), asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1] here\r\n")
        await reader.readline()
        asked.set()
        assert await reader.read() == b""
        writer.close()
        ended.set()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    place = MailServer("127.0.0.1", server.sockets[0].getsockname()[1], None, is_tls=False)

    async def look() -> None:
        async with visit(Account(place, USER, PASSWORD)):
            raise AssertionError("nobody said that it is open")

    task = asyncio.create_task(look())
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended.wait()
    server.close()


async def test_a_wrong_password_is_told_without_it(house: House) -> None:
    account = house.adapter._account
    with pytest.raises(ConnectionError) as refused:
        async with visit(Account(account.server, USER, 'wrong "one\\')):
            pass
    assert "127.0.0.1 let nobody in: [AUTHENTICATIONFAILED]" in str(refused.value)
    assert "wrong" not in str(refused.value)
    with pytest.raises(ConnectionError, match="let nobody in: "):
        async with visit(Account(account.server, USER, PASSWORD, "No such folder")):
            pass


def certificate(folder: Path, name: str) -> Path:
    """A certificate for a name, with its key, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.mark.parametrize("is_demanded", [True, False])
async def test_a_server_of_this_machine_takes_mails_with_a_certificate_of_its_own(
    tmp_path: Path, is_demanded: bool
) -> None:
    own, post, loop = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), Post(), asyncio.get_running_loop()
    own.load_cert_chain(certificate(tmp_path, "buster"))
    made = lambda: SMTP(post, tls_context=own, require_starttls=is_demanded, loop=loop)  # noqa: E731
    server = await loop.create_server(made, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    letter = Letter("msg_1", datetime(2026, 3, 2, tzinfo=UTC), "ana@example.org", "Hello", "How are you?")
    try:
        await SmtpMail(Smtp("127.0.0.1", port, USER)).send(letter)
    finally:
        server.close()
    assert [told.path for told in post.told] == ["ana@example.org"]


async def test_the_mailbox_is_reached_over_tls_and_must_be_who_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, other = certificate(tmp_path, "localhost"), certificate(tmp_path, "elsewhere.example.com")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(right)
    post = Post(tls=tls)
    await post.open_mailbox()
    await post.put(mail("hi").as_bytes())
    account = Account(MailServer("localhost", post.imap_port, None, is_tls=True), USER, PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(right))
    async with visit(account) as mailbox:
        assert len(await mailbox.new()) == 1
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with pytest.raises(ConnectionError, match="let nobody in: its certificate is not right"):
        async with visit(account):
            pass
    await post.stop()


async def test_what_is_no_address_is_given_up(house: House) -> None:
    for wrong in ("bo", "bo@example.org\r\nBcc: victim@example.net", "bo@example.org, ana@example.org"):
        delivery = Delivery("msg_1", "cnv_1", "helper", wrong, "Hello.", {}, {}, house.clock.now())
        with pytest.raises(Undeliverable, match="is no e-mail address"):
            await house.adapter.send(delivery)
    assert house.texts == []


async def test_why_a_mail_server_cannot_be_asked_is_said_in_words(tmp_path: Path) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        letter = Letter("msg_1", datetime(2026, 3, 2, tzinfo=UTC), "ana@example.org", "Hello", "How are you?")
        with pytest.raises(ConnectionError, match=r"^127\.0\.0\.1 cannot be asked: there is no connection to it$"):
            await SmtpMail(Smtp("127.0.0.1", port, USER)).send(letter)
        why = f"^127.0.0.1 cannot be reached at port {port}: there is no connection to it$"
        with pytest.raises(ConnectionError, match=why):
            async with visit(Account(MailServer("127.0.0.1", port, None, is_tls=False), USER, PASSWORD)):
                pass


async def test_a_mail_that_nobody_foresaw_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("nobody foresaw it")

    monkeypatch.setattr(kind, "read", broken)
    [uid] = await comes(house, mail("hi"))
    assert f"place: the mail {uid} cannot be read, and is not heard" in caplog.messages


@pytest.mark.parametrize("trust", ["", '"mx.example.com"'])
def test_a_mailbox_that_believes_everybody_is_warned_of_at_the_start(
    tmp_path: Path, trust: str, caplog: pytest.LogCaptureFixture
) -> None:
    configured(tmp_path, trust=trust)
    path = tmp_path / "tasktalk.toml"
    found, bots = read(path, []), Bots(Keywords([]))
    Reloading(Channels(RealClock()), path, lambda: read(path, []), bots, found).warn(found)
    said = [each for each in caplog.messages if "under anybody's address" in each]
    assert [each.partition(" Look")[0] for each in said] == (
        [] if trust else [f"{path}:1: channels.mail: Anybody can write under anybody's address."]
    )


RIGHT = {
    "kind": '"email"',
    "bot": '"helper"',
    "address": f'"{USER}"',
    "password": '{ env = "MAIL_PASSWORD" }',
    "imap": '"imaps://imap.example.com"',
    "smtp": '"smtps://smtp.example.com"',
}


def configured(tmp_path: Path, **changes: str) -> kind.EmailSettings:
    lines = [f"{name} = {value}" for name, value in {**RIGHT, **changes}.items() if value]
    path = tmp_path / "tasktalk.toml"
    path.write_text("\n".join(["[channels.mail]", *lines]), encoding="utf-8")
    return cast(kind.EmailSettings, read(path, []).channels["mail"])


def test_what_is_not_said_is_as_most_have_it(tmp_path: Path) -> None:
    found = configured(tmp_path)
    assert (found.imap.port, found.smtp.port, found.every, found.folder) == (993, 465, timedelta(minutes=1), "INBOX")
    sends = kind._smtp(found)
    assert (sends.sender, sends.user, sends.password, sends.is_tls) == (USER, USER, PASSWORD, True)
    near = kind._smtp(configured(tmp_path, smtp='"smtp://127.0.0.1:25"'))
    assert (near.user, near.password) == (USER, None)
    named = kind._smtp(configured(tmp_path, smtp='"smtp://ana@smtp.example.com"'))
    assert (named.user, named.password, named.port, named.is_tls) == ("ana", PASSWORD, 587, False)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        (
            "imap",
            '"https://imap.example.com"',
            "expected imap to be such as imap://user@mail.example.com:143 (imaps://",
        ),
        ("imap", '"imaps://ana:xyzzy@imap.example.com"', "a password does not belong into imap, where others see it"),
        ("smtp", '"smtps://smtp.example.com:99999"', "expected smtp to be such as smtp://user@mail.example.com:587"),
        ("address", '"helper"', "expected an e-mail address"),
        ("address", '"a@b.c\\nBcc: d@e.f"', "expected an e-mail address"),
        ("subject", '"a\\nBcc: d@e.f"', "expected one line of text"),
        ("name", '"a\\nBcc: d@e.f"', "expected one line of text"),
        ("folder", '"Entwürfe"', "expected letters without accents, digits and signs alone"),
        ("every", '"1s"', 'expected a time from 5s to 24h, such as "1m"'),
        ("every", "60", 'expected a time from 5s to 24h, such as "1m"'),
        ("password", '"xyzzy"', "a secret does not belong into this file"),
        ("adress", '"a@b.c"', "there is no setting adress; did you mean address?"),
    ],
)
def test_what_is_wrong_is_told_and_no_password_shown(tmp_path: Path, setting: str, value: str, said: str) -> None:
    with pytest.raises(WrongConfiguration) as wrong:
        configured(tmp_path, **{setting: value})
    assert f"channels.mail.{setting}: {said}" in str(wrong.value)
    assert "xyzzy" not in str(wrong.value)


def test_a_password_that_no_server_understands_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "geheim\r\nA1 LOGOUT")
    with pytest.raises(WrongConfiguration, match="password: expected letters without accents") as wrong:
        configured(tmp_path)
    assert "geheim" not in str(wrong.value)


def test_what_to_do_says_whether_senders_are_proven(tmp_path: Path) -> None:
    for trust, said in (
        ("", "Anybody can write under anybody's address."),
        ('"mx.example.com"', PROOF.partition(";")[0]),
    ):
        settings = configured(tmp_path, trust=trust)
        steps = kind.Email.instructions(settings, "https://bots.example.com/channels/mail")
        told = "\n".join([*settings.doubts, *steps])
        assert told.count(said) == 1
        assert f"INBOX of {USER} at imap.example.com" in told


async def test_few_mails_are_read_for_their_files_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way = most = 0

    class Counted:
        numbering = 1

        async def fetch(self, uid: int) -> bytes | None:
            for _ in range(10):
                await asyncio.sleep(0)
            return None

    @asynccontextmanager
    async def counted(account: Account) -> AsyncIterator[Counted]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        yield Counted()
        under_way -= 1

    async def take(fetched: Fetched) -> None:
        raise AssertionError("there is no such file")

    monkeypatch.setattr(kind, "visit", counted)
    asked = (house.adapter.fetch(f"1.{uid}.0", take) for uid in range(20))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in found] == [FileGone] * 20
    assert most == 3
