"""Every place for files does the same: a folder, and a bucket."""

import errno
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.files.local import LocalFiles
from tasktalk.bots.files.places import checked, store_at
from tasktalk.bots.files.s3 import S3Files
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.files import FilesAway, FileStore, in_thread, received


class Bucket:
    """Speaks as much of S3 as it is spoken to; `objects` is what it has."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.is_away = False
        self.signed_by: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.signed_by.add(request.headers["Authorization"].partition(",")[0].partition("/")[0])
        if self.is_away:
            return web.Response(status=403)
        name = request.path
        match request.method:
            case "PUT":
                self.objects[name] = await request.read()
                return web.Response(headers={"ETag": '"1"'})
            case "GET" if name in self.objects:
                headers = {"ETag": '"1"', "Last-Modified": "Mon, 15 Jan 2024 10:00:00 GMT"}
                return web.Response(body=self.objects[name], headers=headers)
            case "POST" if "delete" in request.query:
                text = await request.text()
                keys = [part.partition("</Key>")[0] for part in text.split("<Key>")[1:]]
                for key in keys:
                    self.objects.pop(f"{name}/{key}", None)
                told = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
                return web.Response(text=f"<DeleteResult>{told}</DeleteResult>", content_type="application/xml")
            case _:
                return web.Response(status=404)


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    found, app = Bucket(), web.Application()
    app.router.add_route("*", "/{name:.*}", found.answer)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("/")).rstrip("/"))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        yield found


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, bucket: Bucket) -> FileStore:
    place = str(tmp_path / "files") if request.param == "folder" else "s3://desk/some/files"
    found = store_at(checked(place), None, 300_000)
    assert found is not None
    return found


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 70_000):
        yield data[start : start + 70_000]


async def put(store: FileStore, name: str, data: bytes) -> None:
    async with received(store, pieces(data)) as found:
        assert found.size_bytes == len(data)
        await store.put(name, found.path)


async def read(store: FileStore, name: str) -> bytes:
    return b"".join([piece async for piece in store.read(name)])


@pytest.mark.parametrize("data", [b"", b"\0\r\n", bytes(range(256)) * 1000])
async def test_gb_77_what_is_stored_comes_back(store: FileStore, data: bytes) -> None:
    await put(store, "ab/abc-1", data)
    await put(store, "ab/abc-2", b"other")
    assert (await read(store, "ab/abc-1"), await read(store, "ab/abc-2")) == (data, b"other")
    assert list(store.incoming.iterdir()) == []


async def test_what_is_removed_is_gone(store: FileStore) -> None:
    await put(store, "ab/abc-1", b"one")
    await put(store, "ab/abc-2", b"two")
    for _ in range(2):
        await store.remove("ab/abc-1")
    with pytest.raises(FilesAway):
        await read(store, "ab/abc-1")
    assert await read(store, "ab/abc-2") == b"two"


async def test_gb_79_what_is_too_large_is_not_received(store: FileStore) -> None:
    with pytest.raises(Refused) as refused:
        await put(store, "ab/abc-1", b"x" * 300_001)
    assert refused.value.code == "file_too_large"
    assert list(store.incoming.iterdir()) == []


async def test_nothing_to_tidy_is_fine(store: FileStore) -> None:
    await store.tidy(datetime(2024, 1, 15, tzinfo=UTC))
    assert list(store.incoming.iterdir()) == []


async def test_a_bucket_has_the_files_below_its_prefix_and_is_told_who_asks(bucket: Bucket) -> None:
    await put(S3Files("s3://desk/some/files"), "ab/abc-1", b"one")
    await put(S3Files("s3://desk"), "ab/abc-1", b"two")
    assert bucket.objects == {"/desk/some/files/ab/abc-1": b"one", "/desk/ab/abc-1": b"two"}
    assert bucket.signed_by == {"AWS4-HMAC-SHA256 Credential=someone"}


async def test_a_bucket_that_refuses_is_away(bucket: Bucket) -> None:
    store = S3Files("s3://desk")
    bucket.is_away = True
    for asked in (put(store, "a", b"x"), read(store, "a"), store.remove("a")):
        with pytest.raises(FilesAway):
            await asked


async def test_a_folder_that_cannot_be_made_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FilesAway, match=r"^cannot use the files \S*/file/files/incoming: Not a directory$"):
        await put(LocalFiles(tmp_path / "file" / "files"), "a", b"x")


async def test_a_full_disk_is_told_in_words() -> None:
    def write() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(FilesAway, match=r"^cannot use the files: No space left on device$"):
        await in_thread(write)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("gs://bucket", "expected a folder or s3://BUCKET/PREFIX, got 'gs://bucket'"),
        ("s3://", "expected a folder or s3://BUCKET/PREFIX, got 's3://'"),
        (__file__, f"{__file__} is a file: expected a folder"),
    ],
)
def test_what_is_no_place_is_told(place: str, told: str) -> None:
    with pytest.raises(ValueError, match="expected a folder") as wrong:
        checked(place)
    assert str(wrong.value) == told


def test_without_a_place_files_lie_beside_the_database(tmp_path: Path) -> None:
    assert store_at(None, None, 5) is None
    found = store_at(None, tmp_path / "tasktalk.db-files", 5)
    assert found is not None
    assert (found.incoming, found.most_bytes) == (tmp_path / "tasktalk.db-files" / "incoming", 5)
