"""`tasktalk channels`, and the file that `serve` reads."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from tasktalk.bots.assembly import language, shipped_bots
from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.reloading import Reloading
from tasktalk.bots.cli import main
from tasktalk.bots.configuration import Configuration, read
from tasktalk.bots.hosting import Hosting
from tasktalk.interpreter.limits import IN_FORCE, Limits
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tests.bots.channels.signed import SECRET
from tests.bots.channels.telegram import TOKEN
from tests.patience import PATIENCE

TELEGRAM = '[channels.telegram]\nbot = "helper"\ntoken = { env = "TELEGRAM_TOKEN" }\n'
SIGNED = (
    '[channels.shop]\nkind = "signed"\nbot = "helper"\nsecret = { env = "S" }\nsend_to = "https://example.com/in"\n'
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("S", SECRET)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bots" / "helper").mkdir(parents=True)
    (tmp_path / "bots" / "helper" / "start.bas").write_text('TALK "Hello."', encoding="utf-8")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["channels", "check", *arguments])


def test_what_to_do_at_each_provider(tmp_path: Path) -> None:
    written = f'public_url = "https://bots.example.com"\nbots = "bots"\nport = 0\n{TELEGRAM}{SIGNED}'
    (tmp_path / "tasktalk.toml").write_text(written, encoding="utf-8")
    done = check()
    assert done.exit_code == 0
    assert "telegram (telegram), bot helper: its settings are right." in done.output
    assert "url=https://bots.example.com/channels/telegram" in done.output
    assert "shop (signed), bot helper: its settings are right." in done.output
    assert TOKEN not in done.output
    assert SECRET not in done.output


def test_the_secret_of_telegrams_webhook_is_the_one_that_the_channel_takes(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_text(f'bots = "bots"\nport = 0\n{TELEGRAM}', encoding="utf-8")
    said = check().output
    from tests.bots.channels.telegram import HEADER, Telegram

    [secret] = [value for name, value in Telegram().update(1).headers.items() if name == HEADER]
    assert f"secret_token={secret}" in said


def test_without_a_public_address_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_text(f'bots = "bots"\nport = 0\n{TELEGRAM}', encoding="utf-8")
    done = check()
    assert done.exit_code == 0
    assert "tasktalk.toml has no public_url: put your server's address in place of https://YOUR-SERVER." in done.output
    assert "bots can read and attach the files that people send, and send them to nobody" in done.output


def test_where_nobody_has_to_be_told_an_address_none_is_asked_for(tmp_path: Path) -> None:
    mail = '[channels.mail]\nkind = "email"\nbot = "helper"\naddress = "helper@example.com"\npassword = { env = "S" }\n'
    servers = 'imap = "imaps://imap.example.com"\nsmtp = "smtps://smtp.example.com"\n'
    (tmp_path / "tasktalk.toml").write_text(f'bots = "bots"\nport = 0\n{mail}{servers}', encoding="utf-8")
    done = check()
    assert done.exit_code == 0
    assert "People write to helper@example.com." in done.output
    assert "public_url" not in done.output


def test_a_bot_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_text(
        f'bots = "bots"\nport = 0\n{TELEGRAM.replace("helper", "helpr")}', encoding="utf-8"
    )
    done = check()
    assert (done.exit_code, "channels.telegram.bot: there is no bot helpr; did you mean helper?" in done.output) == (
        1,
        True,
    )


def test_mistakes_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('prot = 1\n[channels.telegram]\nbot = "a"\n', encoding="utf-8")
    done = check("--config", "other.toml")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "other.toml:1: prot: there is no setting prot; did you mean port?",
        "other.toml:2: channels.telegram.token: is missing",
    ]


def test_no_file_and_no_channels(tmp_path: Path) -> None:
    done = check()
    assert (done.exit_code, "there is no tasktalk.toml here" in done.output) == (1, True)
    (tmp_path / "tasktalk.toml").write_text("port = 0", encoding="utf-8")
    done = check()
    assert (done.exit_code, "names no channels. There are these kinds: " in done.output) == (0, True)


MAIL = """
[channels.mail]
kind = "email"
bot = "helper"
address = "help@example.com"
imap = "imap://127.0.0.1:9"
smtp = "smtp://127.0.0.1:9"
password = { env = "S" }
"""


def test_serve_takes_what_the_file_says(tmp_path: Path) -> None:
    """Options, in tables too, and channels; and the command line is over the file."""
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "tasktalk.toml").write_text(
        f'bots = "../bots"\ndb = "talks.db"\nport = 1\n[keep]\nsessions = "30d"\n{SIGNED}{MAIL}', encoding="utf-8"
    )
    command = [sys.executable, "-m", "tasktalk.bots.cli", "serve", "--config", "conf/tasktalk.toml", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout
        lines: list[str] = []
        while not lines or lines[-1] != "Ctrl-C stops it.":
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            lines.append(line.rstrip("\n"))
        address = lines[1].split()[1].removesuffix("/chat/helper")
        assert f"Channel shop: {address}/channels/shop (what to do at its provider: tasktalk channels check)" in lines
        assert "Channel mail: help@example.com (what to do at its provider: tasktalk channels check)" in lines
        request = urllib.request.Request(f"{address}/channels/shop", b"{}")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE)
        assert json.loads(refused.value.read())["error"] == "unauthorized"
        process.terminate()
    assert (folder / "talks.db").exists()


def test_the_example_of_the_manual_sets_bots_limits_and_retention(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "CHANNELS.md").read_text("utf-8")
    example = manual.partition("```toml\n")[2].partition("```")[0]
    written = example.replace('{ file = "/run/secrets/shop" }', '{ env = "S" }')
    (tmp_path / "tasktalk.toml").write_text(written, encoding="utf-8")
    served: list[tuple[Path, int, Hosting, Limits]] = []

    def run(folder: Path, db: str, host: str, port: int, *, hosting: Hosting, **_: object) -> None:
        served.append((folder, port, hosting, IN_FORCE.get()))

    monkeypatch.setattr("tasktalk.bots.cli.serve.run", run)
    done = CliRunner().invoke(main, ["serve"])
    assert done.exit_code == 0, done.output
    [(folder, port, hosting, limits)] = served
    assert (folder.resolve(), port) == ((tmp_path / "bots").resolve(), 8080)
    assert hosting.conduct.session_expires_after == timedelta(hours=72)
    assert (limits.statements, limits.messages) == (20_000_000, 100)
    assert (hosting.keep.sessions, hosting.keep.messages) == (timedelta(days=30), timedelta(days=365))
    assert list(hosting.channels) == ["telegram", "shop"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('port = "many"', '1: port: expected a whole number from 0 to 65,535, got "many"'),
        ("port = 70000", "1: port: expected a whole number from 0 to 65,535, got 70000"),
        ("port = 80.5", "1: port: expected a whole number from 0 to 65,535, got 80.5"),
        ("gather = true", "1: gather: expected a whole number from 1 to 60, got true"),
        (
            "[limit]\ntext = true",
            "2: limit.text: expected text to be a whole number, or a size such as 2MiB, got 'true'",
        ),
        ("db = 5", '1: db: expected a text in quotes, such as "words", got 5'),
        ('bots = "nowhere"', "1: bots: there is no folder nowhere"),
        ('log = "jsn"', '1: log: expected "text" or "json", got "jsn"; did you mean json?'),
        ('without = ["bytbot"]', "1: without: there is no interface for tasks 'bytbot'; did you mean bytebot?"),
        (
            'allow_private = ["ok", "a b"]',
            "1: allow_private: expected a host such as intranet or 10.0.0.7:8080, got 'a b'",
        ),
        ("allow_private = [5]", '1: allow_private: expected a text in quotes, such as "words", got 5'),
        ('[keep]\nsesions = "30d"', "2: keep.sesions: there is no thing to keep 'sesions'; did you mean sessions?"),
        ('[rate]\ncreate = "5/aeon"', "2: rate.create: expected create to be off, or such as 100/hour"),
        ('[dialect]\nteamday.sla = "x"', "2: dialect.teamday.sla: expected teamday.sla to be standard or organisation"),
        ("port_of = { bytebot = 8080 }", "the server would not start: --port and --port-of bytebot are both 8080"),
        ('db = "no/talks.db"', "the server would not start: cannot open the database"),
        ('smtp = "no address"', "the server would not start: "),
    ],
)
def test_serve_and_check_refuse_the_same(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "tasktalk.toml").write_text(line, encoding="utf-8")
    done = check()
    assert (done.exit_code, done.output.startswith("tasktalk.toml:")) == (1, True)
    assert told in done.output
    served = CliRunner().invoke(main, ["serve"])
    assert served.exit_code in (1, 2)
    if "would not start" in told:
        assert told.partition("start: ")[2] in served.output
    else:
        assert served.output == done.output


def test_everything_that_is_wrong_in_the_options_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_text(
        'port = -1\nlog = "x"\n[limit]\ntext = "2XB"\nstatements = "no"\n[channels.a]\n', encoding="utf-8"
    )
    assert [line.split(":")[1:3] for line in check().output.splitlines()] == [
        ["1", " port"],
        ["2", " log"],
        ["4", " limit.text"],
        ["5", " limit.statements"],
        ["6", " channels.a.kind"],
    ]


def test_a_port_that_is_taken_is_refused_unless_it_is_a_server_of_ours_that_has_it(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as others:
        port = others.server_address[1]
        (tmp_path / "tasktalk.toml").write_text(f"port = {port}", encoding="utf-8")
        answering = Thread(target=others.serve_forever, args=(0.01,))
        answering.start()
        try:
            Answering.said = b"<html>"
            done = check()
            assert (done.exit_code, f"port {port} of 127.0.0.1 is in use: stop the program" in done.output) == (1, True)
            Answering.said = b'{"status": "ok"}'
            done = check()
            assert (done.exit_code, f"A server of TaskTalk runs at http://127.0.0.1:{port}" in done.output) == (0, True)
        finally:
            others.shutdown()
            answering.join()


class Answering(BaseHTTPRequestHandler):
    """A program at a port, which says one thing."""

    said = b""

    def do_GET(self) -> None:
        """Whatever is asked."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def test_what_programs_read(tmp_path: Path) -> None:
    (tmp_path / "tasktalk.toml").write_text(
        f'public_url = "http://bots.example.com/talk"\nbots = "bots"\nport = 0\n{SIGNED}', encoding="utf-8"
    )
    done = check("--json")
    remark, shop = map(json.loads, done.output.splitlines())
    assert (done.exit_code, shop["channel"], shop["kind"], shop["bot"]) == (0, "shop", "signed", "helper")
    assert "http://bots.example.com/talk/channels/shop" in shop["steps"][0]
    told = "begins with http://: providers send nothing to an address that is not https://"
    assert remark == {"place": "public_url", "line": 1, "remark": told}
    (tmp_path / "tasktalk.toml").write_text("\nport = 70000", encoding="utf-8")
    done = check("--json")
    told = "expected a whole number from 0 to 65,535, got 70000"
    assert (done.exit_code, json.loads(done.output)) == (1, {"place": "port", "line": 2, "message": told})


def test_a_new_secret_is_one_that_signed_webhooks_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {CliRunner().invoke(main, ["channels", "secret"]).output.strip() for _ in range(2)}
    assert len(made) == 2
    (tmp_path / "tasktalk.toml").write_text(f'bots = "bots"\nport = 0\n{SIGNED}', encoding="utf-8")
    for secret in made:
        monkeypatch.setenv("S", secret)
        assert check().exit_code == 0
    monkeypatch.setenv("S", "geheim")
    assert "make one by: tasktalk channels secret" in check().output


def test_what_may_well_not_be_meant_is_told_with_its_line(tmp_path: Path) -> None:
    def remarks(written: str) -> list[str]:
        (tmp_path / "tasktalk.toml").write_text(f'bots = "bots"\nport = 0\n{written}', encoding="utf-8")
        done = check()
        assert done.exit_code == 0, done.output
        return [line for line in done.output.splitlines() if line.startswith("tasktalk.toml:")]

    opened = SIGNED.replace("https:", "http:")
    is_open = "send_to begins with http://: what the bot says can be read on its way; https:// hides it"
    assert remarks(f'public_url = "http://bots.example.com"\n{opened}') == [
        "tasktalk.toml:3: public_url: begins with http://: providers send nothing to an address that is not https://",
        f"tasktalk.toml:4: channels.shop: {is_open}",
    ]
    assert remarks(SIGNED) == []
    for host in ("127.0.0.1:9000", "localhost:9000", "[::1]:9000", "shop", "10.0.0.7"):
        assert remarks(opened.replace("example.com", host)) == []
    assert remarks(opened.replace("example.com", "8.8.8.8")) == [f"tasktalk.toml:3: channels.shop: {is_open}"]
    assert remarks(SIGNED + SIGNED.replace(".shop", ".Shop")) == [
        "tasktalk.toml:8: channels.Shop: is another channel than shop, with people of its own"
    ]


def bots(folder: Path) -> Bots:
    return Bots.load(folder / "bots", language())


async def test_the_channels_follow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text(TELEGRAM, encoding="utf-8")
    channels = Channels(RealClock())
    channels.become(read(path, []).channels)
    reloading = Reloading(channels, path, lambda: read(path, []), bots(tmp_path), Configuration())
    before = channels.adapter("telegram")
    assert not reloading.look()
    path.write_text(TELEGRAM + SIGNED, encoding="utf-8")
    assert reloading.look()
    assert (sorted(channels), channels.adapter("telegram") is before) == (["shop", "telegram"], True)
    path.write_text("[channels.telegram", encoding="utf-8")
    assert not reloading.look()
    assert sorted(channels) == ["shop", "telegram"]
    path.write_text(SIGNED + "# and nothing else\n", encoding="utf-8")
    assert reloading.look()
    assert sorted(channels) == ["shop"]
    path.unlink()
    assert not reloading.look()
    assert sorted(channels) == ["shop"]


def test_a_secret_that_changes_in_its_file_is_taken_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = tmp_path / "etc" / "tasktalk.toml", tmp_path / "etc" / "token"
    secret.parent.mkdir()
    path.write_text(TELEGRAM.replace('env = "TELEGRAM_TOKEN"', 'file = "token"'), encoding="utf-8")
    secret.write_text(TOKEN, encoding="utf-8")
    channels, begun_with = Channels(RealClock()), read(path, [])
    channels.become(begun_with.channels)
    reloading = Reloading(channels, path, lambda: read(path, []), bots(tmp_path), begun_with)

    def token() -> str:
        adapter = channels.adapter("telegram")
        assert adapter is not None
        return str(adapter.settings.token.get_secret_value())

    for way in ("in its place", "by a new file"):
        secret.write_text("", encoding="utf-8")
        assert not reloading.look()
        assert f"there is nothing in {secret}" in caplog.text
        before, next_one = token(), f"{TOKEN}-{way.replace(' ', '')}"
        (secret if way == "in its place" else secret.with_name("new")).write_text(next_one, encoding="utf-8")
        if way == "by a new file":
            secret.with_name("new").replace(secret)
        assert before != next_one
        assert reloading.look()
        assert token() == next_one
        assert not reloading.look()
    secret.unlink()
    assert not reloading.look()
    secret.write_text(TOKEN, encoding="utf-8")
    assert reloading.look()
    assert token() == TOKEN


@pytest.mark.parametrize("changed", ["tasktalk.toml", "token"])
def test_what_changed_before_the_looking_began_is_taken_up(tmp_path: Path, changed: str) -> None:
    path, secret = tmp_path / "tasktalk.toml", tmp_path / "token"
    path.write_text(TELEGRAM.replace('env = "TELEGRAM_TOKEN"', 'file = "token"'), encoding="utf-8")
    secret.write_text(TOKEN, encoding="utf-8")
    begun_with = read(path, [])
    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    reloading = Reloading(Channels(RealClock()), path, lambda: read(path, []), bots(tmp_path), begun_with)
    assert reloading.look()


def test_a_bot_that_is_not_there_is_told_when_the_file_is_read_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text("", encoding="utf-8")
    reloading = Reloading(Channels(RealClock()), path, lambda: read(path, []), bots(tmp_path), Configuration())
    (tmp_path / "bots" / "later").mkdir()
    (tmp_path / "bots" / "later" / "start.bas").write_text('TALK "Hello."', encoding="utf-8")
    path.write_text(TELEGRAM + SIGNED.replace("helper", "later"), encoding="utf-8")
    assert reloading.look()
    assert "there is no bot" not in caplog.text
    path.write_text(TELEGRAM.replace("helper", "helpr"), encoding="utf-8")
    assert reloading.look()
    assert "channels.telegram.bot: there is no bot helpr; did you mean helper?" in caplog.text


def test_what_holds_from_the_next_start_on_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "tasktalk.toml"
    path.write_text("port = 9000\n", encoding="utf-8")

    def again() -> Configuration:
        return read(path, ["port", "db", "host"])

    reloading = Reloading(Channels(RealClock()), path, again, bots(tmp_path), again())
    path.write_text('port = 9001\ndb = "other.db"\n', encoding="utf-8")
    assert reloading.look()
    assert "what it says of db, port holds from the next start on" in caplog.text
    caplog.clear()
    path.write_text("port = 9000\n\n# as at the start\n", encoding="utf-8")
    assert reloading.look()
    assert "next start" not in caplog.text


async def test_a_file_that_nobody_thought_of_does_not_end_the_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path, is_read = tmp_path / "tasktalk.toml", asyncio.Event()
    path.write_text("", encoding="utf-8")

    def again() -> Configuration:
        if "shop" in path.read_text("utf-8"):
            is_read.set()
            return read(path, [])
        path.write_text(SIGNED, encoding="utf-8")
        raise TypeError("nobody thought of it")

    monkeypatch.setattr("tasktalk.bots.channels.reloading.LOOK_SECONDS", 0)
    channels = Channels(RealClock())
    reloading = Reloading(channels, path, again, bots(tmp_path), Configuration())
    path.write_text("# changed", encoding="utf-8")
    looking = asyncio.create_task(reloading.keep_looking())
    await asyncio.wait_for(is_read.wait(), PATIENCE)
    looking.cancel()
    assert list(channels) == ["shop"]
    assert "cannot be read again: the channels stay as they are" in caplog.text


def test_the_shipped_bots_are_found_where_the_file_names_none(tmp_path: Path) -> None:
    bot = next(path.name for path in sorted(shipped_bots().iterdir()) if (path / "start.bas").exists())
    (tmp_path / "tasktalk.toml").write_text(f"port = 0\n{TELEGRAM.replace('helper', bot)}", encoding="utf-8")
    assert check().exit_code == 0
