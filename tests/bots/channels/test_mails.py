"""What is heard of a mail, and how an answer to it is written."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from tasktalk.bots.channels.mails.markup import plain
from tasktalk.bots.channels.mails.proof import is_proven
from tasktalk.bots.channels.mails.quotes import bare, new_part, without_signature
from tasktalk.bots.channels.mails.reading import Mail, PassedOver, read
from tasktalk.bots.channels.mails.writing import written
from tasktalk.runtime.ports import Delivery
from tests.bots.channels.email import mail
from tests.bots.channels.post import USER

REPLY = "Re: Your order"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 2 Mar 2026 at 10:00, Helper <helper@example.com> wrote:\n\n> Which size?\n> Small or large?",
        "On Mon, 2 Mar 2026 at 10:00, Helper\n<helper@example.com> wrote:\n> Which size?",
        "Am 02.03.26 um 10:00 schrieb Helper:\n> Which size?\n>> Hello\n>",
        "Le lun. 2 mars 2026 à 10:00, Helper <helper@example.com> a écrit :\n\n> Which size?",
        "2026年3月2日(月) 10:00 Helper <helper@example.com>:\n\n> Which size?",
        "בתאריך יום ב׳, 2 במרץ 2026 ב-10:00 מאת Helper:\n> Which size?",
        "Helper <helper@example.com> wrote:\n> Which size?",
        f"{'_' * 32}\nFrom: Helper <helper@example.com>\nSent: Monday\nTo: Ana\nSubject: Your order\n\nWhich size?",
        "-----Ursprüngliche Nachricht-----\nVon: Helper\nGesendet: Montag\nAn: Ana\nBetreff: AW: Your order\n\nWhich?",
        "*From:* Helper\n*Sent:* Monday\n*To:* Ana\n*Subject:* RE: Your order\n\nWhich size?",
    ],
)
def test_the_quoted_mail_is_not_heard(quoted: str) -> None:
    assert new_part(f"large\n\n{quoted}\n", REPLY, USER).strip() == "large"


def test_answers_between_quotes_are_heard() -> None:
    text = "On 2 Mar 2026, at 10:00, Helper wrote:\n> Which size?\nlarge\n> Which color?\nred: always\n> Bye\n"
    assert new_part(text, REPLY, USER).strip() == "large\nred: always"


@pytest.mark.parametrize(
    "text",
    [
        "My list:\n1. bread\n2. milk",
        "Name: Ana\nSize: large\nColor: red",
        "I write at 10:00 on 2.3.2026:\n\nHello",
        "-----\nFrom: me\nhello",
        "one\n--\ntwo",
        "5 > 4",
    ],
)
def test_what_may_be_the_persons_own_words_stays(text: str) -> None:
    assert without_signature(new_part(text, REPLY, USER)) == text


def test_an_own_line_before_a_quote_stays() -> None:
    assert new_part("Of this I think:\n> Which size?\nnothing", REPLY, USER) == "Of this I think:\nnothing"


def test_a_signature_is_not_heard() -> None:
    assert without_signature("large\n-- \nAna Silva\nExample Ltd") == "large"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: RE: a", "a"),
        ("AW: a", "a"),
        ("Antw:a", "a"),
        ("Re[2]: a", "a"),
        ("Order: 5", "Order: 5"),
        ("回复：a", "a"),
    ],
)
def test_marks_of_answers_are_no_part_of_a_subject(subject: str, expected: str) -> None:
    assert bare(subject) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>two &amp; three</p>", "One\n\ntwo & three"),
        ("İİ<style>p {}</style>one<STYLE>p {}</Style >two", "İİonetwo"),
        ("<html><head><title>x</title><style>p {}</style><meta charset=utf-8><body>Hi<br>you", "Hi\nyou"),
        ("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n> b\n> c\n>> d\ne"),
        ("<ul><li>a</li><li>b</li></ul><pre>  c\n d</pre>", "- a\n- b\n  c\n d"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("one\n  <b>two</b>\n three<script>bad()</script>", "one two three"),
        ("a<!-- x <b> --><![if y]>b<![endif]></ >c < d<3<!-- ", "abc < d<3"),
        ("a<a title=x", "a"),
        ("a<title>never", "a"),
    ],
)
def test_html_is_heard_as_words(html: str, expected: str) -> None:
    assert plain(html) == expected


EVIL, GOOD = "header.d=evil.com", "header.d=example.org"


@pytest.mark.parametrize(
    ("note", "domain", "is_right"),
    [
        ("mx.example.com; dmarc=pass header.from=example.org", "example.org", True),
        ("MX.example.com 1; spf=fail; dmarc=pass (p=none; x) header.from=example.org", "example.org", True),
        ("mx.example.com;\r\n dkim=pass header.d=example.org", "mail.example.org", True),
        ("mx.example.com; dkim=pass header.i=@example.org header.s=x", "example.org", True),
        ("mx.example.com; dkim=fail header.d=example.org; dkim=pass header.d=example.org", "example.org", True),
        ("mx.example.com; dkim=pass header.d=mail.example.org", "example.org", False),
        ("mx.example.com; dkim=pass header.d=org", "example.org", False),
        ("mx.example.com; dkim=pass header.d=ample.org", "example.org", False),
        ("mx.example.com; dkim=pass", "example.org", False),
        ("mx.example.com; dmarc=pass header.from=example.net", "example.org", False),
        ('mx.example.com; dkim=neutral reason="; dmarc=pass" header.d=example.org', "example.org", False),
        ("mx.example.com; arc=pass; dmarc=fail (x (dmarc=pass)) header.from=example.org", "example.org", False),
        ("mx.example.com.evil.net; dmarc=pass header.from=example.org", "example.org", False),
        ('mx.example.com; dkim=pass header.d="example.org"', "example.org", True),
        ('"mx.example.com"; dkim=pass header . d = example.org', "example.org", True),
        ('mx.example.com; dkim=pass header.i="x y"@example.org', "example.org", True),
        (f'mx.example.com; dkim=pass {EVIL} header.i="x {GOOD}"@evil.com', "example.org", False),
        (f'mx.example.com; dkim=pass {EVIL} header.i="x {GOOD} "@evil.com', "example.org", False),
        (f'mx.example.com; dkim=pass {EVIL} header.i="x\\" {GOOD} "@evil.com', "example.org", False),
        (f'mx.example.com; dkim=pass {EVIL} reason="x {GOOD} x"', "example.org", False),
        (f'mx.example.com; dkim=pass reason="{GOOD}" {EVIL}', "example.org", False),
        (f"mx.example.com; dkim=pass reason = {GOOD}", "example.org", False),
        (f'mx.example.com; dkim=pass reason="x {GOOD}', "example.org", False),
        (f"mx.example.com; dkim=pass header.i=x\\ {GOOD}", "example.org", False),
        (f"mx.example.com; dkim=pass {GOOD} {EVIL}", "example.org", False),
        (f"mx.example.com; dkim=pass {EVIL} {GOOD}", "example.org", False),
        (f"mx.example.com; dkim=pass {GOOD} {GOOD}", "example.org", True),
        ("mx.example.com; dmarc=pass header.from=evil.com header.from=example.org", "example.org", False),
        ('mx.example.com; dkim=fail ("); dkim=pass header.d=example.org (")', "example.org", True),
        ("dmarc=pass", "example.org", False),
        ("", "example.org", False),
        ("(((", "example.org", False),
    ],
)
def test_what_proves_a_sender(note: str, domain: str, *, is_right: bool) -> None:
    assert is_proven([note], "mx.example.com", domain) is is_right


def test_the_topmost_note_of_the_server_counts() -> None:
    right, wrong = "mx.example.com; dmarc=pass header.from=a.org", "mx.example.com; dmarc=fail header.from=a.org"
    assert is_proven(["other.example.com; dmarc=fail", right, wrong], "mx.example.com", "a.org")
    assert not is_proven([wrong, right], "mx.example.com", "a.org")


def heard(message: EmailMessage | bytes) -> Mail:
    return read(message if isinstance(message, bytes) else message.as_bytes(), USER, None)


def test_plain_text_is_heard_and_html_where_there_is_none() -> None:
    both = mail("as text")
    both.add_alternative("<p>as HTML</p>", subtype="html")
    assert heard(both).text == "as text"
    alone = mail()
    alone.set_content("<p>as <b>HTML</b></p>", subtype="html")
    assert heard(alone).text == "as HTML"
    empty = mail("  ")
    empty.add_alternative("<p>as HTML</p>", subtype="html")
    assert heard(empty).text == "as HTML"


def test_a_mail_that_begins_a_thread_says_its_subject_where_it_says_nothing_else() -> None:
    assert heard(mail("", In_Reply_To="", Subject="stop  please")).text == "stop please"
    assert heard(mail("")).text == ""


def test_quotes_stay_in_a_mail_that_answers_none() -> None:
    assert heard(mail("> so\nit was", In_Reply_To="", Subject="A story")).text == "> so\nit was"


def test_lines_that_a_mail_program_has_broken_are_whole() -> None:
    raw = b"From: ana@example.org\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    assert (
        heard(raw + b"one \r\ntwo\r\n  three\r\n> a \r\n> b\r\nfour \r\n-- \r\nAna").text
        == "one two\n three\n> a b\nfour"
    )
    japanese = raw.replace(b"flowed", b"flowed; delsp=yes")
    assert heard(japanese + "日 \r\n本".encode()).text == "日本"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1", b"sch\xf6n", "schön"),
        (b"Content-Type: text/plain; charset=no-such", "schön".encode(), "schön"),
        (b"Content-Type: text/plain; charset=hex", b"41", "41"),
        (b"Content-Type: text/plain; charset=utf-8", b"\xff!", "\ufffd!"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"!!!", ""),
        (b"Content-Type: multipart/mixed", b"no boundary", ""),
        (b"Content-Type: text/plain\r\nSubject: =?x?q?=ff?=", b"a", "a"),
        (b"Content-Type: text/plain\r\nReferences: a <b> " + b"<c@d> " * 10_000, b"a", "a"),
    ],
)
def test_a_strange_mail_is_heard_as_well_as_it_can_be(head: bytes, body: bytes, expected: str) -> None:
    found = heard(b"From: Ana <ana@example.org>\r\nIn-Reply-To: <x@y>\r\n" + head + b"\r\n\r\n" + body)
    assert (found.sender, found.text) == ("ana@example.org", expected)


def test_who_writes_is_one_address_in_small_letters() -> None:
    found = heard(mail("a", From='"Silva, Ana" <ANA@example.org>'))
    assert (found.sender, found.name) == ("ana@example.org", "Silva, Ana")
    for wrong in ("ana@example.org, bo@example.org", "nobody", '"a b"@example.org', "us: ana@example.org, b@c.d;"):
        with pytest.raises(PassedOver):
            heard(mail("a", From=wrong))
    twice = b"From: ana@example.org\r\nFrom: bo@example.org\r\n\r\na"
    with pytest.raises(PassedOver):
        heard(twice)


def test_a_mail_without_an_id_is_known_by_what_it_is() -> None:
    same, other = mail("a").as_bytes(), mail("b").as_bytes()
    assert heard(same).message_id == heard(same).message_id != heard(other).message_id
    assert heard(mail("a", Message_ID="<1@example.org>")).message_id == "<1@example.org>"


def test_files_and_pictures_come_with_a_mail() -> None:
    message = mail("See this.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../Rechnung März.pdf")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline")
    message.add_attachment("-----BEGIN", subtype="plain", filename="notes.txt")
    message.add_attachment(b"signed", maintype="application", subtype="pgp-signature", filename="signature.asc")
    found = heard(message)
    assert found.text == "See this."
    assert [(file.kind, file.name, file.mime_type, file.content) for file in found.files] == [
        ("file", "../Rechnung März.pdf", "application/pdf", b"%PDF"),
        ("image", None, "image/png", b"\x89PNG"),
        ("file", "notes.txt", "text/plain", b"-----BEGIN\r\n"),
    ]


LONG = f"<{'a' * 120}@mail.prod.example.org>"


def answer(**changes: Any) -> bytes:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    usual = Delivery("msg_1", "cnv_1", "helper", "ana@example.org", "Hello.", {}, {}, at)
    return written(replace(usual, **changes), Address("Helper, 1st", "helper", "example.com"), "News for you")


def test_an_answer_is_in_the_thread_of_the_mail_that_it_answers() -> None:
    head = f"Message-ID: {LONG}\r\nReferences: <first@example.org>\r\n {LONG}\r\n"
    route = heard(head.encode() + mail("a", Subject="Frage: schön?", In_Reply_To="").as_bytes()).route
    raw = answer(route=route)
    said = message_from_bytes(raw, policy=default)
    assert (said["Subject"], said["In-Reply-To"], said["Auto-Submitted"]) == ("Re: Frage: schön?", LONG, "auto-replied")
    assert said["References"].split() == ["<first@example.org>", LONG, LONG]
    assert f"In-Reply-To: {LONG}\r\n".encode() in raw  # as it is, or no mail program finds the thread
    assert (said["Message-ID"], said["From"]) == ("<msg_1@example.com>", '"Helper, 1st" <helper@example.com>')
    assert answer(route=route) == raw
    assert message_from_bytes(answer(route={**route, "subject": "AW: a"}), policy=default)["Subject"] == "AW: a"


def test_mails_to_somebody_who_has_written_nothing_are_a_thread() -> None:
    first, second = (message_from_bytes(answer(message_id=each), policy=default) for each in ("msg_1", "msg_2"))
    assert (first["Subject"], first["Auto-Submitted"], first["In-Reply-To"]) == ("News for you", "auto-generated", None)
    assert first["References"] == second["References"] == "<cnv_1@example.com>"
    assert first["Message-ID"] != second["Message-ID"]


def test_nobody_writes_headers_by_what_they_write() -> None:
    evil = b"a\r\nBcc: victim@example.net"
    encoded = b"=?utf-8?b?" + base64.b64encode(evil) + b"?="
    with pytest.raises(ValueError, match="cannot contain CR or LF"):
        heard(b"From: %s <ana@example.org>\r\n\r\nx" % encoded)
    route = heard(b"From: ana@example.org\r\nMessage-ID: <1@e>\r\nSubject: %s\r\n\r\nx" % encoded).route
    said = message_from_bytes(answer(route=route, text="Hi\r\nBcc: victim@example.net"), policy=default)
    assert (said["Bcc"], said["To"], said["Subject"]) == (None, "ana@example.org", "Re: a Bcc: victim@example.net")
    with pytest.raises(ValueError, match="cannot contain CR or LF"):
        answer(contact="ana@example.org\r\nBcc: victim@example.net")


def test_any_text_arrives_as_it_is() -> None:
    for text in ("👩‍👩‍👧‍👦 שלום عليكم", "x" * 5000, ".\nFrom a\n..", "a\u2028b", "é" * 2000):
        said = message_from_bytes(answer(text=text), policy=default)
        assert said.get_content().replace("\r\n", "\n").removesuffix("\n") == text
        assert max(map(len, answer(text=text).split(b"\r\n"))) <= 998
