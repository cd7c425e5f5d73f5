"""Who somebody is and how to reach them: names, addresses, phones, places, links."""

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers.kind import Kind

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’·-])*")
_POSTAL_CODE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]", re.ASCII)
_BRAZILIAN = re.compile(r"(\d{5})[ .-]?(\d{3})|(\d{2})\.(\d{3})-(\d{3})", re.ASCII)
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]|localhost|(?:\d{1,3}\.){3}\d{1,3}"
)
_PLACE = re.compile(r"\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\)?", re.ASCII)


def _name(answer: str, now: datetime) -> str | None:
    name = " ".join(answer.split())
    return name if len(name) <= 100 and _NAME.fullmatch(name) else None


def _email(answer: str, now: datetime) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    if len(answer) > 320:
        return None
    try:
        return validate_email(answer.removeprefix("mailto:"), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _phone(answer: str, now: datetime) -> str | None:
    import phonenumbers

    number = _number(answer)
    return None if number is None else phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mobile(answer: str, now: datetime) -> str | None:
    import phonenumbers

    number = _number(answer)
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if number is None or phonenumbers.number_type(number) not in mobile:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _number(answer: str) -> "PhoneNumber | None":
    """The phone number, if there can be such a one. Without a country code nobody knows whose it is."""
    import phonenumbers

    written = "+" + answer[2:] if answer.startswith("00") else answer
    if len(written) > 40 or not written.lstrip("(").startswith("+"):
        return None
    try:
        number = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _postal_code(answer: str, now: datetime) -> str | None:
    code = " ".join(answer.upper().split())
    return code if _POSTAL_CODE.fullmatch(code) else None


def _cep(answer: str, now: datetime) -> str | None:
    if not _BRAZILIAN.fullmatch(answer):
        return None
    digits = re.sub(r"\D", "", answer)
    return f"{digits[:5]}-{digits[5:]}"


def web_address(answer: str, now: datetime) -> str | None:
    """A web address in its proper spelling; None for what is none."""
    if len(answer) > 2000 or re.search(r"[\s<>\"]", answer):
        return None
    written = answer if re.match(r"[a-z][a-z0-9+.-]*://", answer, re.IGNORECASE) else "https://" + answer
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    return parts._replace(netloc=host + port).geturl()


def _location(answer: str, now: datetime) -> dict[str, Value] | None:
    found = _PLACE.fullmatch(answer)
    if not found:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return {"latitude": latitude, "longitude": longitude}


_A_POSTAL_CODE = Kind("postal_code", _postal_code)

KINDS: dict[str, Kind] = {
    "NAME": Kind("name", _name),
    "EMAIL": Kind("email", _email),
    "PHONE": Kind("phone", _phone),
    "MOBILE": Kind("mobile", _mobile),
    "URL": Kind("url", web_address),
    "ZIPCODE": _A_POSTAL_CODE,
    "POSTALCODE": _A_POSTAL_CODE,
    "CEP": Kind("cep", _cep),
    "LOCATION": Kind("location", _location),
}
