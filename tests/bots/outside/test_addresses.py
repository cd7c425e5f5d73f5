"""Which addresses scripts may ask: an attack corpus, and what must go on to work."""

import pytest

from tasktalk.bots.outside.addresses import checked, forbid_private, is_of, is_public
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.tokens import words

PRIVATE = words(
    """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 127.255.255.255
    168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
    192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 :: ::1 ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::
    2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1
    fd00:ec2::254 fd12:3456::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff05::2 2130706433 0x7f000001
    017700000001 127.1 localhost example.com
    """
)
PUBLIC = words(
    """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 168.63.129.17
    169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255
    198.20.0.0 223.255.255.255 2606:4700:4700::1111 2a00:1450:4001:80b::200e 2001:4860:4860::8888 2001:200::1
    2400:cb00::1
    """
)


@pytest.mark.parametrize("written", sorted(PRIVATE))
def test_not_public(written: str) -> None:
    assert not is_public(written)


@pytest.mark.parametrize("written", sorted(PUBLIC))
def test_public(written: str) -> None:
    assert is_public(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example.com",
        "https://",
        "https:///path",
        "https:example.com",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "https://exa\nmple.com/",
        "https://example.com/\r\nX-Header: 1",
        "https://example.com/\0",
        "https://example.com\\@127.0.0.1/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://[::1/",
        "https://[fe80::1%25eth0",
        "https://" + "a" * 8000,
    ],
)
def test_no_web_address(written: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(written)
    assert refused.value.code == "invalid-url"
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("written", ["https://ana:secret@example.com/", "https://secret@example.com", "//secret@a"])
def test_a_password_in_an_address_is_refused_and_not_shown(written: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(written)
    assert refused.value.code == "invalid-url"
    assert "secret" not in f"{refused.value.message} {refused.value.hint}"


def test_what_is_behind_a_question_mark_is_not_shown() -> None:
    with pytest.raises(Refused) as refused:
        checked("ftp://example.com/?key=secret")
    assert refused.value.message == '"ftp://example.com/" is no web address'


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.com", "https://example.com/"),
        (" HTTPS://Example.COM/A?b=c d#e ", "https://example.com/A?b=c+d"),
        ("http://example.com:8080/a%2Fb?x=%26&y=1", "http://example.com:8080/a%2Fb?x=%26&y=1"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[2606:4700::1]:81/", "http://[2606:4700::1]:81/"),
    ],
)
def test_the_proper_spelling(written: str, address: str) -> None:
    assert str(checked(written)) == address


@pytest.mark.parametrize(
    "written",
    ["http://127.0.0.1/", "http://[::1]:80/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/",
     "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://127.1/"],
)  # fmt: skip
def test_what_needs_no_look_up_is_forbidden_at_once(written: str) -> None:
    url = checked(written)
    with pytest.raises(Refused) as refused:
        forbid_private(url, ())
    assert refused.value.code == "forbidden-address"


@pytest.mark.parametrize("hosts", [["127.0.0.1"], ["127.0.0.1:8080"]])
def test_what_is_allowed(hosts: list[str]) -> None:
    forbid_private(checked("http://127.0.0.1:8080/"), hosts)
    with pytest.raises(Refused):
        forbid_private(checked("http://127.0.0.2:8080/"), hosts)
    with pytest.raises(Refused):
        forbid_private(checked("http://127.0.0.1:8081/"), ["127.0.0.1:8080"])


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        ("https://slack.com/x", True),
        ("https://files.slack.com/x", True),
        ("https://FILES.Slack.com./x", True),
        ("http://127.0.0.1:8080/files", True),
        ("http://files.slack.com/x", False),
        ("https://slack.com.example.org/x", False),
        ("https://badslack.com/x", False),
        ("https://slack.com@example.org/x", False),
        ("https://example.org/slack.com", False),
        ("http://127.0.0.1:8081/files", False),
        ("https://127.0.0.1:8080/files", False),
        ("/files", False),
    ],
)
def test_what_is_an_address_of_a_provider(address: str, *, is_right: bool) -> None:
    assert is_of(address, ["slack.com"], "http://127.0.0.1:8080/api") is is_right
