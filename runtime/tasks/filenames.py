"""Names of files as strangers give them, made harmless, and the kinds of data that they tell of."""

import mimetypes
import re
import unicodedata

MOST_BYTES = 255
"""Of a name in UTF-8: no file system takes more."""
NAMELESS = "file"
UNKNOWN = "application/octet-stream"

# Neither what has no shape nor what turns the direction of writing around, which lets one kind of file look as another.
_HIDDEN = {"Cc", "Cs", "Zl", "Zp", "Cn", "Co"}
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MIME_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_BY_ENDING = mimetypes.MimeTypes()  # Python's own list: that of the system differs from one to the next
for _type, _ending in (  # what telephones make, and the list does not have
    ("audio/ogg", ".ogg"),
    ("audio/ogg", ".oga"),
    ("audio/mp4", ".m4a"),
    ("audio/amr", ".amr"),
    ("image/webp", ".webp"),
    ("image/heic", ".heic"),
):
    _BY_ENDING.add_type(_type, _ending)


def filename(given: str | None) -> str:
    """The base name, without what nobody can see in it; `file` where nothing is left."""
    base = re.split(r"[/\\]", given or "")[-1]
    shown = "".join(c for c in base if unicodedata.category(c) not in _HIDDEN and c not in _TURNING).strip()
    if not shown.strip(". "):
        return NAMELESS
    if len(shown.encode()) <= MOST_BYTES:
        return shown
    stem, dot, ending = shown.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending.encode()) <= 20 else ""
    return shown.encode()[: MOST_BYTES - len(kept.encode())].decode(errors="ignore").rstrip() + kept


def mime_type(given: str | None, name: str) -> str:
    """The kind of data that was told, without its parameters; else what the name's ending tells."""
    told = (given or "").partition(";")[0].strip().lower()
    if _MIME_TYPE.fullmatch(told):
        return told
    return _BY_ENDING.guess_type(f"x/{name}")[0] or UNKNOWN


def ending(mime_type: str | None) -> str:
    """The ending, with its dot, that names have of files with this kind of data; nothing where none is known."""
    return _BY_ENDING.guess_extension((mime_type or "").partition(";")[0].strip().lower()) or ""
