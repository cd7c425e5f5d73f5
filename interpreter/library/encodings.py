"""Texts in other writings: digests, base 64, addresses, hexadecimal."""

import base64
import binascii
import hashlib
from urllib.parse import quote, unquote_plus

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, text, too_long, whole, whole_characters

_DIGESTS = ("md5", "sha1", "sha256", "sha512")


@function("HASH", returns="text")
def digest(value: Value, method: Value = "sha256") -> str:
    """The digest of a text in hexadecimal: sha256 unless md5, sha1 or sha512 is asked for.

    Example: LEFT(HASH("abc"), 8) = "ba7816bf"
    Example: LEN(HASH("abc", "md5")) = 32
    """
    name = text(method).lower().replace("-", "")
    if name not in _DIGESTS:
        raise ScriptError("invalid-argument", f"there is no digest '{text(method)[:40]}'", hint=", ".join(_DIGESTS))
    return hashlib.new(name, _bytes(value), usedforsecurity=False).hexdigest()


@function("BASE64", "BASE64ENCODE", "ENCODE64", returns="text")
def to_base64(value: Value) -> str:
    """The text in base 64.

    Example: BASE64("Ana") = "QW5h"
    """
    return _short(base64.b64encode(_bytes(value)).decode())


@function("BASE64DECODE", "DECODE64", returns="text")
def from_base64(value: Value) -> str:
    """The text that was written in base 64.

    Example: BASE64DECODE("QW5h") = "Ana"
    """
    written = "".join(text(value).split())
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ScriptError("invalid-argument", "this is no text in base 64") from None


@function("URLENCODE", "ENCODEURL", returns="text")
def to_url(value: Value) -> str:
    """The text as a part of a web address.

    Example: URLENCODE("a b&c") = "a%20b%26c"
    """
    return _short(quote(_bytes(value), safe=""))


@function("URLDECODE", "DECODEURL", returns="text")
def from_url(value: Value) -> str:
    """The text that a part of a web address stands for.

    Example: URLDECODE("a%20b%26c") = "a b&c"
    """
    return unquote_plus(text(value))


@function("HEX", returns="text")
def hexadecimal(value: Value) -> str:
    """The whole number in hexadecimal.

    Example: HEX(255) = "FF"
    """
    return f"{whole(value):X}"


def _bytes(value: Value) -> bytes:
    return whole_characters(text(value)).encode()


def _short(found: str) -> str:
    return found if len(found) <= current().text else too_long()
