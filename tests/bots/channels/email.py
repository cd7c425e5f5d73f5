"""The side of e-mail: people who write mails, and the server that receives them and says what it found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from tests.bots.channels.post import PASSWORD, USER, Post
from tests.bots.channels.provider import Provider, Told
from tests.bots.channels.side import Call, Given, Sent, Side

if TYPE_CHECKING:
    from tests.bots.channels.conftest import House

TRUSTED = "mx.example.com"
PROOF = f"{TRUSTED}; dmarc=pass (p=none) header.from=example.org"
THREAD = "<first@example.org>"


def mail(text: str = "", **headers: str) -> EmailMessage:
    """Ana's mail in a thread, with other headers; an empty one is left out."""
    written = EmailMessage(SMTP)
    usual = {
        "Return-Path": "<ana@example.org>",
        "Authentication-Results": PROOF,
        "Received": f"from mail.example.org by {TRUSTED}; Mon, 2 Mar 2026 09:00:00 +0000",
        "DKIM-Signature": "v=1; a=rsa-sha256; d=example.org; s=mail; h=From:Subject; bh=aGVsbG8=; b=" + "QUJD" * 40,
        "From": "Ana Silva <Ana@Example.org>",
        "To": f"Helper <{USER}>",
        "Subject": "Re: A question",
        "In-Reply-To": THREAD,
    }
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            written[name] = value
    written.set_content(text, cte="base64")
    return written


class Email(Side):
    kind = "email"
    contact = "ana@example.org"
    has_time = False
    has_typing = False
    reached_at = USER
    secrets: ClassVar[Mapping[str, str]] = {"MAIL_PASSWORD": PASSWORD}

    def provider(self) -> Provider:
        return Post()

    def settings(self, provider: str) -> Mapping[str, Any]:
        smtp, imap = provider.split()
        servers = {"smtp": f"smtp://{smtp}", "imap": f"imap://{imap}"}
        return {"address": USER, "password": {"env": "MAIL_PASSWORD"}, "name": "Helper", "trust": TRUSTED, **servers}

    async def deliver(self, house: "House", call: Call) -> tuple[int, Any]:
        """A mail comes into the mailbox, and the channel looks there; what is refused has a flag."""
        post, adapter = cast(Post, house.provider), house.adapter
        uid = await post.put(call.body)
        await adapter.look()
        flags = await post.flags(uid)
        assert "\\Seen" in flags
        return (401, {"error": "unauthorized"}) if "\\Flagged" in flags else (200, None)

    def message(self, text: str, number: int, now: datetime) -> Call:
        return self._call(mail(text, Message_ID=f"<{number}@example.org>", Date=format_datetime(now)))

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        written = mail(text, Message_ID=f"<{number}@example.org>", Date=format_datetime(now))
        kind, _, form = given.mime_type.partition("/")
        written.add_attachment(given.data, maintype=kind, subtype=form, filename=given.name)
        return self._call(written)

    def may_have(self, asked: Sequence[Told]) -> None:
        assert not asked  # it is in the mailbox, which is opened with the password

    async def lose(self, house: "House", given: Given) -> None:
        await cast(Post, house.provider).empty()

    async def hide(self, house: "House") -> None:
        await cast(Post, house.provider).close_mailbox()

    async def show(self, house: "House") -> None:
        await cast(Post, house.provider).open_mailbox()

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        lines = _content(sent.body).splitlines()
        [choice] = [line.partition(".")[0] for line in lines if line.partition(". ")[2] == label]
        return self.message(choice, number, now)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        invitation = mail("Come!")
        invitation.add_attachment("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REQUEST"})
        report = mail("Undelivered")
        report.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
        mails = [
            *(invitation, report),
            mail("I am away.", Auto_Submitted="auto-replied"),
            mail("I am away.", X_Autoreply="yes"),
            mail("News", Precedence="bulk"),
            mail("News", List_Id="<news.example.org>"),
            mail("Returned", Return_Path="<>"),
            mail("Returned", From="MAILER-DAEMON@example.org"),
            mail("Own", From=USER.upper()),
            mail("From nobody", From=""),
            mail("From two", From="ana@example.org, bo@example.org"),
        ]
        return [self._call(each) for each in mails]

    def broken(self, now: datetime) -> Sequence[Call]:
        wrong = [b"From: \r\n", b"From: =?utf-8?b?//8=?=\r\n", b"From: <@>\r\n", b"From: ana\r\n", b"\r\n", b"\0\0\0"]
        return [Call(b"Authentication-Results: " + PROOF.encode() + b"\r\n" + each + b"\r\nx") for each in wrong]

    def forged(self, call: Call) -> Sequence[Call]:
        found = [
            "",
            f"{TRUSTED}; dmarc=fail header.from=example.org",
            f"{TRUSTED}; dmarc=pass header.from=example.net",
            f"{TRUSTED}; dkim=pass header.d=example.net",
            f"{TRUSTED}; spf=pass smtp.mailfrom=example.org",
            f"{TRUSTED}; none (dmarc=pass header.from=example.org)",
            "mx.example.net; dmarc=pass header.from=example.org",
            f'"mx.example.net; dmarc=pass"; {TRUSTED}; dmarc=pass',
        ]
        below = mail("x", Authentication_Results=f"{TRUSTED}; dmarc=fail")
        below["Authentication-Results"] = PROOF
        return [*(self._call(mail("forged", Authentication_Results=each)) for each in found), self._call(below)]

    def sent(self, told: Told) -> Sent:
        head = told.body.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        assert max(map(len, told.body.split(b"\r\n"))) <= 998
        said = message_from_bytes(told.body, policy=default)
        assert (str(said["From"]), said["To"]) == (f"Helper <{USER}>", told.path)
        automatic = "auto-replied" if str(said["Subject"]).startswith("Re: ") else "auto-generated"
        assert (told.headers["sender"], said["Auto-Submitted"]) == (USER, automatic)
        assert said["Message-ID"].endswith("@example.com>")
        lines = _content(told.body).split("\n")
        numbered = [line for line in lines if line.partition(". ")[0].isdigit()]
        file = lines[-1] if len(lines) > 1 and lines[-1].startswith("https://") else None
        text = "\n".join(line for line in lines if line not in {*numbered, file})
        return Sent(told.path, text.rstrip("\n"), [line.partition(". ")[2] for line in numbered], file)

    def _call(self, written: EmailMessage) -> Call:
        return Call(written.as_bytes())


def _content(raw: bytes) -> str:
    said = message_from_bytes(raw, policy=default)
    assert (said.get_content_type(), said.get_content_charset()) == ("text/plain", "utf-8")
    content: str = said.get_content()
    return content.replace("\r\n", "\n").removesuffix("\n")
