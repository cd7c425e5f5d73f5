"""Whether a mail comes from whom it says: what the server that received it noted (RFC 8601, DMARC and DKIM).

Anybody can write anybody's address into a mail. The receiving server looks whether the domain vouches for it, and
removes what others pretend to have found under its name, so that the topmost note of its name is its own.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_IN_COMMENT: Final = re.compile(r"[()]|\\.", re.DOTALL)
_OUTSIDE: Final = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)(?:"|$)|[()]|\\.?', re.DOTALL)
_PLAIN: Final = re.compile(r"[^\s;=\"()\\]+")
_RESULT: Final = re.compile(r"\s*([a-z0-9-]+)(?:\s*/\s*[0-9]+)?\s*=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"(?<!\S)([a-z0-9-]+(?:\s*\.\s*[a-z0-9-]+)?)\s*=\s*(\S+)", re.IGNORECASE)


def is_proven(notes: Sequence[str], server: str, domain: str) -> bool:
    """Whether the topmost note of a server says that the domain vouches for the mail; `notes` are the headers
    Authentication-Results, from the top."""
    own = next((parts for parts in map(_parts, notes) if parts and _named(parts[0]) == server.lower()), None)
    return own is not None and any(_vouches(part, domain) for part in own[1:])


def _vouches(part: str, domain: str) -> bool:
    result = _RESULT.match(part)
    if result is None or result[2].lower() != "pass":
        return False
    said: dict[str, str] = {}
    for name, value in _PROPERTY.findall(part[result.end() :].lower()):
        if said.setdefault("".join(name.split()), value) != value:
            return False  # who wrote which of them?
    match result[1].lower():
        case "dmarc":
            author = said.get("header.from", domain).rpartition("@")[2]
            return author == domain
        case "dkim":
            signer = said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
            return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    return False


def _named(part: str) -> str:
    words = part.split()
    return words[0].lower() if words else ""


def _parts(note: str) -> list[str]:
    """A note's server and its results, without comments and without what is quoted in the midst of something."""
    return "".join(_plainly(note)).split(";")


def _plainly(note: str) -> Iterator[str]:
    depth = place = 0
    while found := (_IN_COMMENT if depth else _OUTSIDE).search(note, place):
        if depth == 0:
            yield note[place : found.start()]
        if found[0] in {"(", ")"}:
            depth = max(0, depth + (1 if found[0] == "(" else -1))
        elif depth == 0:
            yield _unquoted(note, found)
        place = found.end()
    if depth == 0:
        yield note[place:]


def _unquoted(note: str, found: re.Match[str]) -> str:
    """A quoted value that is one word; for anything else, in which a sender may have written what they like, a sign."""
    before, behind = note[: found.start()].rstrip()[-1:], note[found.end() : found.end() + 1]
    is_whole = before in {"", "=", ";"} and (not behind or behind.isspace() or behind in ";(")
    word = found["quoted"] or ""
    return word if is_whole and _PLAIN.fullmatch(word) else "_"
