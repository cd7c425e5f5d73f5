"""Numbers and amounts of money, as people of different countries write them."""

import re
from datetime import datetime

from tasktalk.runtime.answers.kind import Kind

_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+", re.ASCII)  # "1,234" is a whole number, "2,5" is not
_GROUPED = re.compile(r"[+-]?\d[\d., ]*", re.ASCII)
_WHOLE_AMOUNT = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+", re.ASCII)
_AMOUNT = re.compile(r"(?P<before>[^\d+.,-]*)(?P<number>[+-]?[\d.,][\d., ]*?)(?P<after>[^\d.,]*)", re.ASCII)
_BLANKS = re.compile("[ \u00a0\u202f]")
_LOCALES = ("en", "pt", "fr")  # groups of thousands by comma, by dot, by blank
_LARGEST = 2**63 - 1
_EXACT = 2**53  # up to here a float is the whole number that was written
_LONGEST = 300


def _number(answer: str, now: datetime) -> int | float | None:
    if len(answer) > _LONGEST:
        return None
    if _PLAIN.fullmatch(answer) and not _THOUSANDS.fullmatch(answer):
        return _value(answer.replace(",", "."))
    return _grouped(_BLANKS.sub(" ", answer))


def _grouped(written: str) -> int | float | None:
    """A number with its thousands in groups, by the first custom that fits it."""
    if not _GROUPED.fullmatch(written):
        return None
    from babel import Locale
    from babel.numbers import NumberFormatError, parse_decimal

    sign, digits = ("-" if written[0] == "-" else ""), written.lstrip("+-")
    for locale in map(Locale.parse, _LOCALES):
        try:
            group = locale.number_symbols["latn"]["group"]
            found = parse_decimal(
                digits.replace(" ", group) if locale.language == "fr" else digits, locale, strict=True
            )
        except NumberFormatError:
            continue
        return _value(f"{sign}{found:f}")
    return None


def _value(plain: str) -> int | float:
    if "." not in plain:
        whole = int(plain)
        return whole if abs(whole) <= _LARGEST else float(whole)
    value = float(plain)
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _integer(answer: str, now: datetime) -> int | None:
    value = _number(answer, now)
    return value if isinstance(value, int) else None


def _money(answer: str, now: datetime) -> int | float | None:
    found = _AMOUNT.fullmatch(_BLANKS.sub(" ", answer)) if len(answer) < _LONGEST else None
    if not found:
        return None
    named = [word for word in (found["before"].strip(), found["after"].strip()) if word]
    if len(named) > 1 or (named and not _is_currency(named[0])):
        return None
    number = found["number"].strip()
    # No currency is counted in thousandths: "R$ 1.500" is fifteen hundred.
    return _number(number.replace(".", "") if _WHOLE_AMOUNT.fullmatch(number) else number, now)


def _written_in(answer: str, language: str) -> str:
    """The number as an English speaker writes it, for whom a comma groups and a dot begins the fraction."""
    from babel import Locale, UnknownLocaleError

    try:
        decimal = Locale.parse(language, sep="-").number_symbols["latn"]["decimal"]
    except (UnknownLocaleError, ValueError, KeyError):
        return answer
    if decimal != ",":
        return answer
    return answer.translate({ord(","): ".", ord("."): ","})


def _number_in(answer: str, now: datetime, language: str) -> int | float | None:
    return _number(_written_in(answer, language), now)


def _integer_in(answer: str, now: datetime, language: str) -> int | None:
    return _integer(_written_in(answer, language), now)


def _money_in(answer: str, now: datetime, language: str) -> int | float | None:
    return _money(_written_in(answer, language), now)


def _is_currency(word: str) -> bool:
    """Whether it is a currency's code or sign: EUR, €, R$."""
    from babel import Locale

    english = Locale.parse("en")
    return word.upper() in english.currencies or word in {"US$", *english.currency_symbols.values()}


_A_NUMBER = Kind("number", _number, read_in=_number_in)
_AN_AMOUNT = Kind("money", _money, read_in=_money_in)

KINDS: dict[str, Kind] = {
    "INTEGER": Kind("integer", _integer, read_in=_integer_in),
    "NUMBER": _A_NUMBER,
    "FLOAT": _A_NUMBER,
    "DECIMAL": _A_NUMBER,
    "MONEY": _AN_AMOUNT,
    "CURRENCY": _AN_AMOUNT,
    "AMOUNT": _AN_AMOUNT,
}
