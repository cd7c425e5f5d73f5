"""Links to files: what was given out is known again, and nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasktalk.bots.channels.links import NOWHERE, Links
from tasktalk.runtime.answers import KINDS
from tasktalk.runtime.ports import InboundFile
from tasktalk.runtime.sent_files import MOST_IN_A_LINK, cleaned
from tests.conftest import START

URL = "https://bots.example.com/talk"
FILE = InboundFile("image", "AgAC-1", "photo.jpg", "image/jpeg")


def links(key: bytes = b"k" * 32, public_url: str | None = URL) -> Links:
    async def get() -> bytes:
        return key

    made = Links(get)
    made.public_url = public_url
    return made


@given(
    reference=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=MOST_IN_A_LINK),
    name=st.text(max_size=300),
    mime_type=st.none() | st.text(max_size=80),
)
async def test_whatever_a_file_is_called_its_link_is_known_again(
    reference: str, name: str, mime_type: str | None
) -> None:
    file = cleaned(InboundFile("file", reference, name, mime_type))
    address = await links().address("place", file)
    assert address == await links().address("place", file)
    assert address.isascii()
    found = await links().named(address)
    assert found is not None
    assert (found.channel, found.file.reference, found.file.mime_type) == ("place", reference, file.mime_type)
    assert file.name is not None
    assert found.file.name is not None
    assert file.name.startswith(found.file.name.rpartition(".")[0])


@pytest.mark.parametrize("kind", ["FILE", "URL"])
async def test_the_longest_link_is_read_as_an_answer(kind: str) -> None:
    longest = cleaned(InboundFile("file", "x" * MOST_IN_A_LINK, "猫" * 80, f"application/{'x' * 126}"))
    address = await links().address("p" * 40, longest)
    assert KINDS[kind].of(address, START, None) == address


@pytest.mark.parametrize(
    "changed",
    [
        lambda address: address.replace("photo.jpg", "other.jpg"),
        lambda address: address.replace("/place/", "/other/"),
        lambda address: address.replace("https://", "https://evil@"),
        lambda address: address.replace("https://", "ftp://"),
        lambda address: address.replace(URL, ""),
        lambda address: f"{address}?x=1",
        lambda address: f"{address}/",
        lambda address: f"{address}/../x",
        lambda address: address.replace("/files/", "/files//"),
        lambda address: f" {address}",
    ],
)
async def test_a_link_that_is_not_exactly_ours_is_the_webs(changed: Callable[[str], str]) -> None:
    address = await links().address("place", FILE)
    assert await links().named(address) is not None
    assert await links().named(changed(address)) is None


@pytest.mark.parametrize(
    "before", ["https://bots.example.com", "https://old.example.com", "http://localhost:8080/a/b", NOWHERE]
)
async def test_a_link_stays_known_when_the_server_moves(before: str) -> None:
    address = await links(public_url=before).address("place", FILE)
    assert address.startswith(f"{before}/channels/place/files/")
    found = await links().named(address)
    assert found is not None
    assert found.file == FILE


async def test_another_server_does_not_know_it() -> None:
    assert await links(b"o" * 32).named(await links().address("place", FILE)) is None


async def test_a_link_of_the_time_before_the_address_was_known_stays_known() -> None:
    address = await links(public_url=None).address("place", FILE)
    assert address.startswith(f"{NOWHERE}/channels/place/files/")
    assert await links().named(address) is not None
