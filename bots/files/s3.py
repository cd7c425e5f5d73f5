"""Files in a bucket that is spoken to as S3 is: of Amazon, or of any other that AWS_ENDPOINT_URL names.

Who asks, and where, is in the usual variables of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION.
"""

import shutil
import tempfile
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tasktalk.runtime.files import CHUNK_BYTES, DEFAULT_MOST_BYTES, FilesAway

RETRY_SECONDS = 20


class S3Files:
    """A bucket, or what of it begins with a prefix: `s3://bucket/prefix`. FilesAway for what cannot be read so."""

    def __init__(self, url: str, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        with _told():
            self._bucket = S3Store.from_url(
                url,
                client_options={"allow_http": True},  # where the endpoint that was given says http
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
            )
        self._incoming = Path(tempfile.mkdtemp(prefix="tasktalk-files-"))
        weakref.finalize(self, shutil.rmtree, self._incoming, ignore_errors=True)

    @property
    def most_bytes(self) -> int:
        return self._most_bytes

    @property
    def incoming(self) -> Path:
        return self._incoming

    async def put(self, name: str, source: Path) -> None:
        with _told():
            await obstore.put_async(self._bucket, name, source)

    async def read(self, name: str) -> AsyncGenerator[bytes]:
        with _told():
            found = await obstore.get_async(self._bucket, name)
            async for piece in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(piece)

    async def remove(self, name: str) -> None:
        with _told(), suppress(FileNotFoundError):
            await obstore.delete_async(self._bucket, name)

    async def tidy(self, before: datetime) -> None:
        """Nothing: what is received lies in a folder of this process, which goes with it."""


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError, ValueError) as problem:
        raise FilesAway(str(problem).partition("\n")[0]) from None
