"""What `--files` names: a folder, or a bucket."""

from importlib.util import find_spec
from pathlib import Path

from tasktalk.bots.files.local import LocalFiles
from tasktalk.runtime.files import FileStore
from tasktalk.storage.extras import installing

_S3 = "s3://"


def store_at(place: str | None, beside: Path | None, most_bytes: int) -> FileStore | None:
    """The store at a place that `checked` has found good, else the one beside the database; None where there is
    neither."""
    if place is not None and place.startswith(_S3):
        from tasktalk.bots.files.s3 import S3Files

        return S3Files(place, most_bytes)
    folder = beside if place is None else Path(place)
    return None if folder is None else LocalFiles(folder, most_bytes)


def checked(place: str) -> str:
    """The place. Raises ValueError, in one sentence for the person who named it, if it can be none."""
    _, is_url, rest = place.partition("://")
    if not is_url:
        if Path(place).exists() and not Path(place).is_dir():
            raise ValueError(f"{place} is a file: expected a folder")
    elif not place.startswith(_S3) or not rest.strip("/"):
        raise ValueError(f"expected a folder or s3://BUCKET/PREFIX, got {place!r}")
    elif find_spec("obstore") is None:
        raise ValueError(f"a bucket needs its library: type {installing('s3')}")
    return place
