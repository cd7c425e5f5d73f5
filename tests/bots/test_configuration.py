"""tasktalk.toml."""

import re
from pathlib import Path

import pytest

from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.channels.kinds.telegram import TelegramSettings
from tasktalk.bots.configuration import WrongConfiguration, read

OPTIONS = ["port", "db", "bots", "keep"]
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("EMPTY", "")


def mistakes(folder: Path, text: str) -> list[str]:
    path = folder / "tasktalk.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongConfiguration) as wrong:
        read(path, OPTIONS)
    return list(map(str, wrong.value.mistakes))


def test_what_a_file_says(tmp_path: Path) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text(
        'public_url = "https://bots.example.com/talk/"\nport = 9000\n[keep]\nsessions = "30d"\n'
        '[channels.telegram]\nbot = "helper"\ntoken = { env = "TELEGRAM_TOKEN" }\n'
        '[channels.second]\nkind = "telegram"\nbot = "other"\ntoken = { env = "TELEGRAM_TOKEN" }\n',
        encoding="utf-8",
    )
    found = read(path, OPTIONS)
    assert found.options == {"port": 9000, "keep": {"sessions": "30d"}}
    assert found.public_url == "https://bots.example.com/talk"
    assert {name: (type(each), each.bot) for name, each in found.channels.items()} == {
        "telegram": (TelegramSettings, "helper"),
        "second": (TelegramSettings, "other"),
    }
    assert TOKEN not in repr(found)


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    path = tmp_path / "tasktalk.toml"
    path.write_text(f'[channels.telegram]\nbot = "a"\ntoken = {{ file = "{tmp_path}/token" }}', encoding="utf-8")
    settings = read(path, OPTIONS).channels["telegram"]
    assert isinstance(settings, TelegramSettings)
    assert settings.token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("prot = 1", "prot: there is no setting prot; did you mean port?"),
        ("x = 1", "x: there is no setting x; there are bots, channels, db, keep, port, public_url"),
        *(
            (
                f"public_url = {written}",
                f'public_url: expected an address such as "https://bots.example.com": {why}',
            )
            for why, wrong in (
                ("it has to stand in quotes", ["5"]),
                ("it has to begin with https:// or http://", ['"bots.example.com"', '"ftp://x"', '""']),
                ("? and what is behind it do not belong there", ['"https://x?"', '"https://x/?a=b#c"']),
                ("# and what is behind it do not belong there", ['"https://x#"', '"https://x/#a"']),
                ("there is a blank in it", ['" https://x"', '"http://a b"']),
                ("a web address has no name and password in it here", ['"http://user:pw@x"']),
                ('"http://[::1" is no web address', ['"http://[::1"']),
                ('"http://x:abc" is no web address', ['"http://x:abc"']),
                ('"http://x:99999" is no web address', ['"http://x:99999"']),
                ('"http://:80" is no web address', ['"http://:80"']),
            )
            for written in wrong
        ),
        *(
            (
                f"[channels.x]\nkind = {kind}",
                'channels.x.kind: expected a kind of channel in quotes, such as "telegram"',
            )
            for kind in ('["telegram"]', "5", "{ a = 1 }")
        ),
        ("channels = 5", "channels: expected a table for each channel, which begins with [channels.NAME]"),
        ("[channels]\na = 5", "channels.a: expected a table for each channel, which begins with [channels.NAME]"),
        (
            '[channels.telegramm]\nbot = "a"',
            "channels.telegramm.kind: there is no kind of channel telegramm; did you mean telegram?",
        ),
        (
            '[channels."a b"]\nkind = "telegram"\nbot = "a"\ntoken = { env = "TELEGRAM_TOKEN" }',
            "channels.a b: a channel's name has letters, digits, - and _, at most 40",
        ),
        *(
            (
                f'[channels.{name}]\nkind = "telegram"\nbot = "a"\ntoken = {{ env = "TELEGRAM_TOKEN" }}',
                f"channels.{name}: the name {name} is the server's own; call the channel otherwise, and say its kind",
            )
            for name in ("web", "webhook", "task", "call", "task-mail")
        ),
        (
            '[channels.telegram]\nbot = "a"\ntokn = 1\ntoken = { env = "TELEGRAM_TOKEN" }',
            "channels.telegram.tokn: there is no setting tokn; did you mean token?",
        ),
        ('[channels.telegram]\ntoken = { env = "TELEGRAM_TOKEN" }', "channels.telegram.bot: is missing"),
        ('[channels.telegram]\nbot = "a"', "channels.telegram.token: is missing"),
        (
            f'[channels.telegram]\nbot = "a"\ntoken = "{TOKEN}"',
            (
                "channels.telegram.token: a secret does not belong into this file: "
                'write { env = "NAME" } for a variable of the environment, or { file = "/path" } for a file'
            ),
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { env = "NOT_THERE" }',
            (
                "channels.telegram.token: the environment has no variable NOT_THERE: "
                "type export NOT_THERE=… before you start the server"
            ),
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { env = "TELEGRAM_TOKN" }',
            "channels.telegram.token: the environment has no variable TELEGRAM_TOKN; did you mean TELEGRAM_TOKEN?",
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { file = "/nowhere/token" }',
            "channels.telegram.token: the file /nowhere/token cannot be read: No such file or directory",
        ),
        *(
            (
                f'[channels.telegram]\nbot = "a"\ntoken = {{ {way} = "" }}',
                (
                    'channels.telegram.token: write { env = "NAME" } for a variable of the environment, '
                    'or { file = "/path" } for a file'
                ),
            )
            for way in ("env", "file")
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { env = "A", file = "B" }',
            ("channels.telegram.token: a secret is in one place: say env or file, not both"),
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { evn = "TELEGRAM_TOKEN" }',
            (
                'channels.telegram.token: did you mean env? Write { env = "NAME" } for a variable of the environment, '
                'or { file = "/path" } for a file'
            ),
        ),
        (
            '[channels.telegram]\nbot = "a"\ntoken = { env = "EMPTY" }',
            "channels.telegram.token: there is nothing in the variable EMPTY",
        ),
        (
            '[channels.telegram]\nbot = 5\ntoken = { env = "TELEGRAM_TOKEN" }',
            'channels.telegram.bot: expected a text in quotes: write "5"',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, mistake: str) -> None:
    assert mistakes(tmp_path, text) == [mistake]


@pytest.mark.parametrize(
    ("kind", "line", "mistake"),
    [
        ("telegram", "stop_words = 5", 'stop_words: expected a list of texts, such as ["one", "two"]'),
        ("telegram", "stop_words = [5]", "stop_words: expected a text in quotes"),
        ("telegram", 'stop_words = ["stop", "..."]', 'stop_words: "..." has no letter in it'),
        ("telegram", 'start_words = [""]', 'start_words: "" has no letter in it'),
        (
            "telegram",
            'stop_words = ["Stop"]\nstart_words = ["/stop"]',
            ': stop_words: "Stop" is one of start_words, too',
        ),
        ("telegram", "rate = 0", "rate: expected a number above 0, up to 100000"),
        ("discord", 'application_id = "5"', "application_id: expected 15 to 21 digits"),
        (
            "discord",
            "application_id = 1234567890123456789",
            'application_id: expected a text in quotes: write "1234567890123456789"',
        ),
        ("twilio", "sender = +14155550123", 'sender: expected a text in quotes: write "+14155550123"'),
        ("twilio", "sender = 14155550123", 'sender: expected a text in quotes: write "14155550123"'),
        ("twilio", "sender = true", "sender: expected a number with its country code"),
        *(
            (kind, f"{name} = {written}", f'{name}: expected an address such as "https://api.example.com"')
            for kind, name in (
                *((kind, "api") for kind in ("telegram", "slack", "whatsapp", "discord", "twilio")),
                *(("teams", name) for name in ("login", "keys", "service")),
            )
            for written in (
                '"localhost:8081"',
                '"ftp://x"',
                '""',
                '"https://user:pw@x"',
                '" https://x"',
                '"https://x/?a=1"',
            )
        ),
        ("whatsapp", "template = 5", "template: expected a table such as { name"),
        ("whatsapp", 'template = { nam = "a" }', "template.nam: there is no setting nam; did you mean name?"),
        ("whatsapp", 'template = { language = "en" }', "template.name: is missing"),
        ("whatsapp", "template = { name = 5 }", "template.name: expected a text in quotes"),
    ],
)
def test_a_mistake_of_one_kind_is_told_in_words(tmp_path: Path, kind: str, line: str, mistake: str) -> None:
    found = mistakes(
        tmp_path, f'[channels.a]\nkind = "{kind}"\nbot = "a"\ntoken = {{ env = "TELEGRAM_TOKEN" }}\n{line}'
    )
    assert any(mistake in each for each in found), found


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_no_setting_is_told_in_words_of_a_library(tmp_path: Path, kind: str) -> None:
    names = set(kinds()[kind].settings_type.model_fields) - {"kind"}
    for wrong in ("5", "-1", "[]", "[5]", "{}", '""', "true", "nan", f'"{"ß" * 999}"'):
        written = "\n".join(f"{name} = {wrong}" for name in sorted(names))
        for mistake in mistakes(tmp_path, f'[channels.a]\nkind = "{kind}"\n{written}'):
            assert not re.search("(?i)input|should|valid|string|tuple|dictionary|instance", mistake), mistake


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text(
        'prot = 1\npublic_url = 1\n\n[channels.telegram]\nbot = "a"\n[channels.x]\n'
        '[channels.w]\nkind = "whatsapp"\nbot = "a"\nphone_number_id = "55555"\n'
        "access_token = { env = 'TELEGRAM_TOKEN' }\napp_secret = { env = 'TELEGRAM_TOKEN' }\n"
        "verify_token = { env = 'TELEGRAM_TOKEN' }\ntemplate = { name = 'a', langauge = 'en' }\n",
        encoding="utf-8",
    )
    with pytest.raises(WrongConfiguration) as wrong:
        read(path, OPTIONS)
    assert [line.removeprefix(f"{path}:").split(": ")[:2] for line in str(wrong.value).splitlines()] == [
        ["1", "prot"],
        ["2", "public_url"],
        ["4", "channels.telegram.token"],
        ["6", "channels.x.kind"],
        ["14", "channels.w.template.langauge"],
    ]


def test_a_mark_at_the_beginning_that_editors_write_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text("port = 9000", encoding="utf-8-sig")
    assert read(path, OPTIONS).options == {"port": 9000}


def test_an_address_may_end_with_a_stroke(tmp_path: Path) -> None:
    path = tmp_path / "tasktalk.toml"
    written = '[channels.telegram]\nbot = "a"\napi = "http://localhost:8081/"\ntoken = { env = "TELEGRAM_TOKEN" }'
    path.write_text(written, encoding="utf-8")
    settings = read(path, OPTIONS).channels["telegram"]
    assert isinstance(settings, TelegramSettings)
    assert settings.api == "http://localhost:8081"


def test_a_secret_lies_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    path = tmp_path / "tasktalk.toml"
    path.write_text('[channels.telegram]\nbot = "a"\ntoken = { file = "token" }', encoding="utf-8")
    settings = read(path, OPTIONS).channels["telegram"]
    assert isinstance(settings, TelegramSettings)
    assert settings.token.get_secret_value() == TOKEN


def test_where_a_secret_was_looked_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("etc").mkdir()
    path = Path("etc/tasktalk.toml")
    path.write_text('[channels.telegram]\nbot = "a"\ntoken = { file = "token" }', encoding="utf-8")
    with pytest.raises(WrongConfiguration, match=f"the file {tmp_path}/etc/token cannot be read: No such file"):
        read(path, OPTIONS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = \n", ":1: column 5: this is not written as TOML wants it: invalid value."),
        ("# one\nport = 9000\ndb = talks.db\n", ":3: column 6: this is not written as TOML wants it: invalid value."),
        ("port = 1\nport = 2\n", ":2: column 9: this line gives a setting that has a value already"),
        (
            "[channels.a]\n[keep]\n[channels.a]\n",
            ":3: column 12: there are two tables [channels.a]; write what belongs to it below one of them",
        ),
        ('port = 1\ndb = "talks.db', ":2: this is not written as TOML wants it: unterminated string."),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongConfiguration) as wrong:
        read(path, OPTIONS)
    assert str(wrong.value).startswith(f"{path}{told}")


def test_a_line_that_is_no_toml_is_not_shown_because_a_secret_may_stand_there(tmp_path: Path) -> None:
    [mistake] = mistakes(tmp_path, f'[channels.telegram]\ntoken = "{TOKEN}\n')
    assert TOKEN not in mistake


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_bytes(b"\xff")
    with pytest.raises(WrongConfiguration, match="cannot be read: it is not UTF-8"):
        read(tmp_path / "tasktalk.toml", OPTIONS)
    with pytest.raises(WrongConfiguration, match="cannot be read: No such file"):
        read(tmp_path / "other.toml", OPTIONS)


def test_no_mistake_shows_a_secret(tmp_path: Path) -> None:
    for written in (f'"{TOKEN}"', f'["{TOKEN}"]', f'{{ env = ["{TOKEN}"] }}', f'{{ other = "{TOKEN}" }}'):
        found = mistakes(tmp_path, f'[channels.telegram]\nbot = "a"\ntoken = {written}')
        assert found
        assert TOKEN not in str(found)


@pytest.mark.parametrize("pasted", [TOKEN, "xoxb-2345", "4ac1", "ab12cd34ef56ab12cd34ef56ab12cd34"])
def test_a_secret_in_the_place_of_a_variables_name_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    monkeypatch.setenv(f"{pasted[:-1]}_", "x")  # something near, which would be told
    told = (
        "channels.telegram.token: there is no such variable: "
        "env is the NAME of the variable that has the secret, not the secret"
    )
    assert mistakes(tmp_path, f'[channels.telegram]\nbot = "a"\ntoken = {{ env = "{pasted}" }}') == [told]


@pytest.mark.parametrize("pasted", ["hunter2Secret", "correcthorsebatterystaple"])
def test_a_password_in_the_place_of_a_variables_name_is_not_shown(tmp_path: Path, pasted: str) -> None:
    found = mistakes(tmp_path, f'[channels.telegram]\nbot = "a"\ntoken = {{ env = "{pasted}" }}')
    assert "there is no such variable" in found[0]
    assert pasted not in found[0]


def test_a_variable_with_a_name_that_no_shell_takes_is_read_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("telegram.token", TOKEN)
    path = tmp_path / "tasktalk.toml"
    path.write_text('[channels.telegram]\nbot = "a"\ntoken = { env = "telegram.token" }', encoding="utf-8")
    settings = read(path, OPTIONS).channels["telegram"]
    assert isinstance(settings, TelegramSettings)
    assert settings.token.get_secret_value() == TOKEN
