"""How answers are read, kind by kind."""

from datetime import UTC, datetime

import pytest

from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers import KINDS, Menu
from tasktalk.runtime.answers.phrases import PHRASES, Expected, please, shown

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("TEXT", "  as it is ", "  as it is "),
        ("INTEGER", "3", 3),
        ("INTEGER", "-12", -12),
        ("INTEGER", "1,234,567", 1234567),
        ("INTEGER", "40.0", 40),
        ("INTEGER", "9223372036854775807", 2**63 - 1),
        ("NUMBER", "3.5", 3.5),
        ("NUMBER", "3,5", 3.5),
        ("NUMBER", "1,234.25", 1234.25),
        ("NUMBER", ".5", 0.5),
        ("NUMBER", "1.234,25", 1234.25),
        ("NUMBER", "-1.234.567", -1234567),
        ("NUMBER", "1 234,5", 1234.5),
        ("NUMBER", "1.234", 1.234),
        ("MONEY", "12.50", 12.5),
        ("MONEY", "R$ 1.500", 1500),
        ("MONEY", "R$ 1.234,56", 1234.56),
        ("MONEY", "$1,234.56", 1234.56),
        ("MONEY", "10 €", 10),
        ("MONEY", "20 usd", 20),
        ("MONEY", "-3,50", -3.5),
        ("BOOLEAN", "Yes!", True),
        ("BOOLEAN", "NOPE", False),
        ("BOOLEAN", "sim", True),
        ("DATE", "2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "Tomorrow", datetime(2026, 1, 6, tzinfo=UTC)),
        ("DATE", "31.3.2026", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "03.04.2026", datetime(2026, 4, 3, tzinfo=UTC)),
        ("DATE", "31/03/2026", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "3/31/2026", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "next friday", datetime(2026, 1, 9, tzinfo=UTC)),
        ("DATE", "in 3 days", datetime(2026, 1, 8, tzinfo=UTC)),
        ("DATE", "March 31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("DATE", "31 de março de 2027", datetime(2027, 3, 31, tzinfo=UTC)),
        ("DATE", "amanhã", datetime(2026, 1, 6, tzinfo=UTC)),
        ("TIME", "14:30", "14:30"),
        ("TIME", "2:30 PM", "14:30"),
        ("TIME", "12am", "00:00"),
        ("TIME", "9h", "09:00"),
        ("TIME", "14h30", "14:30"),
        ("TIME", "noon", "12:00"),
        ("DATETIME", "2026-03-31 14:30", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        ("DATETIME", "2026-03-31T14:30:00+02:00", datetime(2026, 3, 31, 12, 30, tzinfo=UTC)),
        ("DATETIME", "tomorrow at 9:00", datetime(2026, 1, 6, 9, tzinfo=UTC)),
        ("DATETIME", "31/03/2026, 2:30 pm", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        ("DATETIME", "5pm", datetime(2026, 1, 5, 17, tzinfo=UTC)),
        ("DATETIME", "9:30", datetime(2026, 1, 6, 9, 30, tzinfo=UTC)),
        ("DATETIME", "noon", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("DATETIME", "tomorrow at 9", datetime(2026, 1, 6, 9, tzinfo=UTC)),
        ("DATETIME", "5pm tomorrow", datetime(2026, 1, 6, 17, tzinfo=UTC)),
        ("DATETIME", "amanhã às 9", datetime(2026, 1, 6, 9, tzinfo=UTC)),
        ("DATETIME", "morgen um 9 Uhr", datetime(2026, 1, 6, 9, tzinfo=UTC)),
        ("DATETIME", "in 2 hours", datetime(2026, 1, 5, 11, 30, tzinfo=UTC)),
        ("NAME", "  Ana   d'Ávila-Souza ", "Ana d'Ávila-Souza"),
        ("EMAIL", "Ana@EXAMPLE.com", "Ana@example.com"),
        ("PHONE", "+55 (11) 3123-4567", "+551131234567"),
        ("PHONE", "0049 30 901820", "+4930901820"),
        ("MOBILE", "+55 11 91234-5678", "+5511912345678"),
        ("URL", "Example.com/a?b=c", "https://example.com/a?b=c"),
        ("URL", "http://localhost:8080", "http://localhost:8080"),
        ("IMAGE", "https://example.com/photo.jpg", "https://example.com/photo.jpg"),
        ("POSTALCODE", "sw1a  1aa", "SW1A 1AA"),
        ("ZIPCODE", "10115", "10115"),
        ("CEP", "01310100", "01310-100"),
        ("LOCATION", "-8.05, -34.88", {"latitude": -8.05, "longitude": -34.88}),
        ("CPF", "39053344705", "390.533.447-05"),
        ("CNPJ", "16727230000197", "16.727.230/0001-97"),
        ("CREDITCARD", "4111 1111 1111 1111", "**** **** **** 1111"),
        ("PASSWORD", "a b", "a b"),
        ("COLOR", "Red", "#ff0000"),
        ("COLOR", "F80", "#ff8800"),
        ("LANGUAGE", "German", "de"),
        ("LANGUAGE", "português", "pt"),
        ("LANGUAGE", "pt_br", "pt-BR"),
        ("JSON", '{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
    ],
)
def test_an_answer_of_the_kind_becomes_its_value(kind: str, answer: str, value: Value) -> None:
    read = KINDS[kind].read(answer, NOW)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("INTEGER", "three"),
        ("INTEGER", "3.5"),
        ("INTEGER", ""),
        ("INTEGER", "1,2,3"),
        ("INTEGER", "9223372036854775808"),
        ("INTEGER", "9" * 5000),
        ("INTEGER", "٣"),
        ("NUMBER", "1e5"),
        ("NUMBER", "nan"),
        ("NUMBER", "--1"),
        ("BOOLEAN", "perhaps"),
        ("DATE", "2026-02-30"),
        ("NUMBER", "1.2.3"),
        ("NUMBER", "1,23,456"),
        ("MONEY", "10 apples"),
        ("MONEY", "€ 10 €"),
        ("MONEY", "€"),
        ("DATE", "31.4.2026"),
        ("DATE", "03/04/2026"),
        ("DATE", "5"),
        ("DATE", "march"),
        ("DATE", "x" * 5000),
        ("DATE", "soon"),
        ("TIME", "25:00"),
        ("TIME", "14"),
        ("TIME", "13pm"),
        ("DATETIME", "2026-03-31"),
        ("DATETIME", "25:30"),
        ("DATETIME", "monday"),
        ("DATETIME", "tomorrow at 5"),
        ("DATE", "at 5pm"),
        ("NAME", "x@example.com"),
        ("NAME", "4711"),
        ("EMAIL", "ana"),
        ("EMAIL", "ana@localhost"),
        ("PHONE", "3123-4567"),
        ("PHONE", "+55 1"),
        ("MOBILE", "+55 (11) 3123-4567"),
        ("URL", "not an address"),
        ("URL", "javascript://example.com"),
        ("URL", "https://user@example.com"),
        ("URL", "hello"),
        ("URL", "http://[::1"),
        ("POSTALCODE", "none"),
        ("CEP", "0131010"),
        ("LOCATION", "91, 0"),
        ("LOCATION", "here"),
        ("CPF", "39053344706"),
        ("CNPJ", "16727230000198"),
        ("CREDITCARD", "4111 1111 1111 1112"),
        ("CREDITCARD", "0"),
        ("PASSWORD", ""),
        ("COLOR", "reddish"),
        ("COLOR", "#12345"),
        ("LANGUAGE", "Klingonese"),
        ("JSON", "{"),
        ("JSON", "null"),
        ("JSON", "[" * 5000),
        ("JSON", "[" * 200 + "]" * 200),
        ("JSON", "1e999"),
    ],
)
def test_anything_else_is_no_answer(kind: str, answer: str) -> None:
    assert KINDS[kind].read(answer, NOW) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_the_example_that_it_gives(kind: str) -> None:
    _, has_example, example = shown(Expected(KINDS[kind].expected)).partition("such as ")
    if has_example:
        assert KINDS[kind].read(example.partition(" or ")[0], NOW) is not None


MENU = ["Small cup", "Large cup", "Jug"]


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("Jug", "Jug"),
        ("small CUP", "Small cup"),
        ("2", "Large cup"),
        ("3.", "Jug"),
        ("larg", "Large cup"),
        ("cup", None),
        ("4", None),
        ("0", None),
        ("", None),
        ("²", None),
    ],
)
def test_a_choice_is_taken_by_case_number_or_unique_part(answer: str, choice: str | None) -> None:
    assert Menu(MENU).read(answer) == choice


def test_a_choice_that_is_a_number_counts_before_its_place() -> None:
    assert Menu(["10", "2", "1"]).read("1") == "1"


def test_a_star_lets_anything_through_but_nothing() -> None:
    menu = Menu.of(["done", "*"])
    assert menu.choices == ["done"]
    assert [menu.read("DONE"), menu.read("one more"), menu.read("")] == ["done", "one more", None]


def test_what_is_expected_is_said_in_every_language() -> None:
    kinds = {kind.expected for kind in KINDS.values()}
    for language, phrases in PHRASES.items():
        assert phrases.keys() == {"please", "gave_up", "half", "one_of", "only", *kinds}
        said = {please(Expected(phrase), language) for phrase in kinds}
        assert len(said) == len(kinds)
        assert (please(Expected("number"), language) == "Please answer with a number, such as 3.5.") == (
            language == "en"
        )
    some = Expected("one_of", "tea, milk")
    assert please(some, "pt-BR") == "Por favor, responda com uma destas opções: tea, milk."
    assert please(Expected("yes_or_no"), "ja") == "Please answer with yes or no."
    assert shown(Expected("only", "a {} b")) == "a {} b"


@pytest.mark.parametrize(
    ("kind", "language", "answer", "value"),
    [
        ("INTEGER", "pt", "1.234", 1234),
        ("NUMBER", "pt-BR", "1.234,5", 1234.5),
        ("NUMBER", "de", "1,234", 1.234),
        ("NUMBER", "en", "1,234", 1234),
        ("NUMBER", "en", "1.234", 1.234),
        ("MONEY", "pt", "R$ 1.500", 1500),
        ("MONEY", "de", "1.500,50 €", 1500.5),
        ("DATE", "pt", "03/04/2026", datetime(2026, 4, 3, tzinfo=UTC)),
        ("DATE", "en-US", "03/04/2026", datetime(2026, 3, 4, tzinfo=UTC)),
        ("DATE", "en-GB", "03/04/2026", datetime(2026, 4, 3, tzinfo=UTC)),
        ("DATE", "en", "03/04/2026", None),
        ("DATE", "en-US", "31/04/2026", None),
        ("DATETIME", "fr", "03/04/2026 9:30", datetime(2026, 4, 3, 9, 30, tzinfo=UTC)),
        ("EMAIL", "pt", "ana@example.com", "ana@example.com"),
    ],
)
def test_the_language_tells_what_a_number_or_a_date_is(kind: str, language: str, answer: str, value: Value) -> None:
    assert KINDS[kind].of(answer, NOW, language) == value


@pytest.mark.parametrize(
    ("language", "answers", "asked"),
    [
        ("en", ["tomorrow at 5", "pm"], ["5 in the morning or in the afternoon?"]),
        ("en", ["tomorrow at 5", "5 in the afternoon"], ["5 in the morning or in the afternoon?"]),
        ("en", ["tomorrow at 5", "17"], ["5 in the morning or in the afternoon?"]),
        ("en", ["at 5 tomorrow", "later", "p.m."], ["5 in the morning or in the afternoon?"] * 2),
        ("en", ["tomorrow", "soon", "5pm"], ["Please answer with a time of day, such as 14:30 or 2:30 pm."] * 2),
        ("en", ["tomorrow", "5", "evening"], ["Please answer with a time of day, such as 14:30 or 2:30 pm.",
                                              "5 in the morning or in the afternoon?"]),
        ("pt", ["amanhã às 5", "da tarde"], ["5 da manhã ou da tarde?"]),
        ("es", ["mañana a las 5", "de la tarde"], ["¿5 de la mañana o de la tarde?"]),
        ("fr", ["demain à 5", "de l'après-midi"], ["5 heures du matin ou de l'après-midi ?"]),
        ("de", ["morgen um 5", "am Nachmittag"], ["5 Uhr morgens oder nachmittags?"]),
    ],
)  # fmt: skip
def test_an_hour_that_may_be_two_is_completed_and_the_day_is_kept(
    language: str, answers: list[str], asked: list[str]
) -> None:
    kind, now = KINDS["DATETIME"], datetime(2026, 3, 30, 12, tzinfo=UTC)
    first, said = None, []
    for answer in answers:
        found, first = kind.after(first, answer, now, language)
        if found is None:
            said.append(please(kind.expects(first), language))
    assert said == asked
    assert found == datetime(2026, 3, 31, 17, tzinfo=UTC)
