"""`tasktalk check`: findings with their places, as people and as programs read them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main


def check(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["check", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "bot" / ".hidden").mkdir(parents=True)
    (tmp_path / "bot" / "good.bas").write_text('TALK "hi"\n', encoding="utf-8")
    (tmp_path / "bot" / ".hidden" / "bad.bas").write_text("TLAK 1\n", encoding="utf-8")
    return tmp_path / "bot"


def test_nothing_wrong(bot: Path) -> None:
    assert check(bot) == (0, "", "1 script checked: nothing wrong\n")


def test_a_finding_has_place_caret_code_and_hint(bot: Path) -> None:
    (bot / "bad.bas").write_text('x = 1\nTLAK "hi"\n', encoding="utf-8")
    code, out, err = check(bot)
    assert (code, err) == (1, "2 scripts checked: 1 error\n")
    assert out == (
        f"{bot}/bad.bas:2:1: error: there is no keyword TLAK  [unknown-keyword]\n"
        '    2 | TLAK "hi"\n'
        "      | ^^^^  did you mean TALK?\n"
    )


@pytest.mark.parametrize(
    ("name", "found", "hint"),
    [
        ("nothere.bas", 'the bot bot has no script "nothere.bas"', None),
        ("god.bas", 'the bot bot has no script "god.bas"', 'did you mean "good.bas"?'),
        ("god", 'the bot bot has no script "god"', 'did you mean "good.bas"?'),
        ("/Good.bas", 'the bot bot has no script "/Good.bas"', 'did you mean "good.bas"?'),
        ("https://a.b/good.bas", '"https://a.b/good.bas" is an address, and no script of the bot bot', "put the file"),
        ("good", None, None),
        ("GOOD.BAS", None, None),
    ],
)
def test_a_script_that_is_not_there(bot: Path, name: str, found: str | None, hint: str | None) -> None:
    (bot / "main.bas").write_text(f'x = CALL "{name}", 1\nIF x THEN CALL "${{x}}"\nTALK x\n', encoding="utf-8")
    for place in (bot, bot / "main.bas"):
        code, out, _ = check(place, "--json")
        told = [json.loads(line) for line in out.splitlines()]
        assert [(t["code"], t["message"], t["line"], t["column"]) for t in told] == (
            [("missing-script", found, 1, 10)] if found else []
        )
        assert code == (1 if found else 0)
        assert all((hint in t["hint"]) if hint else t["hint"] is None for t in told)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('SET SCHEDULE "hourly", "gone.bas"', 24),
        ('SET SCHEDULE "hourly", "gone", 1 MISFIRE skip', 24),
        ('SET SCHEDULE "hourly", "good.bas"', None),
        ('SET SCHEDULE "nightly", "0 2 * * *"', None),
        ('SET SCHEDULE "0 2 * * *"', None),
        ('IF TRUE THEN SET SCHEDULE "tomorrow at 9", "gone.bas"', 44),
    ],
)
def test_a_schedule_of_a_script_that_is_not_there(bot: Path, line: str, column: int | None) -> None:
    (bot / "good.bas").write_text("", encoding="utf-8")
    (bot / "main.bas").write_text(line + "\n", encoding="utf-8")
    code, out, _ = check(bot / "main.bas", "--json")
    told = [json.loads(each) for each in out.splitlines()]
    assert [(t["code"], t["column"]) for t in told] == ([("missing-script", column)] if column else [])
    assert code == (1 if column else 0)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('  STEP "x" RUN "gone.bas"', 16),
        ('  STEP "x" ASSIGN TO "ana" RUN "../good.bas" RETRIES 2', 32),
        ('  STEP "gone.bas" RUN "good"', None),
        ('RUN TASK id, "gone.bas"', 14),
        ('id = RUN TASK id, "gone"', 19),
        ('RUN TASK "gone.bas"', None),
        ('RUN TASK id, "GOOD.bas"', None),
        ('CREATE AUTOMATION "x" ON TASK OVERDUE RUN "gone"', 43),
        ('CREATE AUTOMATION "x" ON TASK OVERDUE RUN "good"', None),
    ],
)
def test_what_is_to_run_a_script_that_is_not_there(bot: Path, line: str, column: int | None) -> None:
    (bot / "good.bas").write_text("", encoding="utf-8")
    (bot / "main.bas").write_text(
        f'id = CREATE TASK "Call Ana"\nCREATE WORKFLOW "w"\n{line}\n  STEP "y"\nEND WORKFLOW\n', encoding="utf-8"
    )
    code, out, _ = check(bot / "main.bas", "--json")
    told = [json.loads(each) for each in out.splitlines()]
    assert [(t["code"], t["line"], t["column"]) for t in told] == ([("missing-script", 3, column)] if column else [])
    assert code == (1 if column else 0)


@pytest.mark.parametrize(
    ("line", "place", "sentence"),
    [
        ('SET SCHEDULE "hourly" MISFIRE never', "never", 'MISFIRE is once, skip or all, and "never" is none of them'),
        ('SET SCHEDULE "hourly" OVERLAP "twice"', '"twice"', 'OVERLAP is queue, skip or cancel, and "twice" is none'),
        (
            'SET SCHEDULE "hourly" MISFIRE all OVERLAP skip',
            "skip",
            "with MISFIRE all each time has its run, and OVERLAP",
        ),
        ('SET SCHEDULE "hourly" JITTER "soon"', '"soon"', 'JITTER is 0 to 3,600 seconds, and "soon" is not'),
        ('SET SCHEDULE "hourly" JITTER 99999', "99999", 'JITTER is 0 to 3,600 seconds, and "99999" is not'),
        ('SET SCHEDULE "hourly" JITTER -1', "-1", 'JITTER is 0 to 3,600 seconds, and "-1" is not'),
        ('SET SCHEDULE "hourly" STARTS "2030-02-30"', '"2030', 'STARTS "2030-02-30" is no moment'),
        ('SET SCHEDULE "hourly" STARTS "tomorrow"', '"tom', 'STARTS "tomorrow" is no moment'),
        (
            'SET SCHEDULE "hourly" STARTS "2030-02-01" ENDS "2030-01-01"',
            '"2030-01',
            "this schedule ENDS before it STARTS",
        ),
        ('SCHEDULE TASK "x", "every blue moon"', '"every', '"every blue moon" is no schedule'),
        ('SET TASK SCHEDULE "x", "hourly" MISFIRE rarely', "rarely", 'MISFIRE is once, skip or all, and "rarely"'),
    ],
)
def test_what_is_wrong_with_the_clauses_of_a_schedule(bot: Path, line: str, place: str, sentence: str) -> None:
    (bot / "main.bas").write_text(line + "\n", encoding="utf-8")
    code, out, _ = check(bot / "main.bas", "--json")
    [told] = [json.loads(each) for each in out.splitlines()]
    assert (code, told["code"], told["column"]) == (1, "invalid-schedule", line.index(place) + 1)
    assert told["message"].startswith(sentence)


@pytest.mark.parametrize("times", ['"hourly" STARTS "tomorrow"', '"tomorrow at 9"', '"in 2 hours"'])
def test_a_task_of_a_talk_may_have_a_schedule_in_words_for_a_moment(bot: Path, times: str) -> None:
    (bot / "main.bas").write_text(f'SET TASK SCHEDULE "x", {times}\n', encoding="utf-8")
    assert check(bot / "main.bas")[0] == 0


def test_one_finding_a_line_for_programs(bot: Path) -> None:
    (bot / "bad.bas").write_text('TLAK "hi"\nSET SCHEDULE "every blue moon"\n', encoding="utf-8")
    code, out, err = check(bot / "bad.bas", bot / "good.bas", "--json")
    first, second = map(json.loads, out.splitlines())
    assert (code, err) == (1, "")
    assert first == {
        "path": f"{bot}/bad.bas",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 5,
        "severity": "error",
        "code": "unknown-keyword",
        "message": "there is no keyword TLAK",
        "hint": "did you mean TALK?",
    }
    assert (second["line"], second["code"]) == (2, "invalid-schedule")


@pytest.mark.parametrize(
    ("source", "place", "code"),
    [
        ("IF 1 THEN\n", (1, 1), "unclosed-block"),
        ('IF 1 = 2 THEN\n  SET SCHEDULE "61 * * * *", "good.bas"\nEND IF\n', (2, 16), "invalid-schedule"),
        ("SET SCHEDULE every blue moon\n", (1, 14), "invalid-schedule"),
        ('SET SCHEDULE "hourly" TIMEZONE "Mars/Olympus"\n', (1, 32), "invalid-timezone"),
        ('SUB later\n  SET SCHEDULE "0 25 * * *", "good.bas"\nEND SUB\nCALL later\n', (2, 16), "invalid-schedule"),
        ('SET SCHEDULE "tomorrow at 9"\n', (1, 14), "invalid-schedule"),
        ('TALK 1\nWAIT "tomorrow"\n', (2, 6), "wrong-type"),
        ('IF hour THEN WAIT UNTIL "tomorrow at 5"\n', (1, 25), "invalid-date"),
        ("HEAR x AS SPACESHIP\n", (1, 11), "unknown-kind"),
        ("HEAR x AS integr\n", (1, 11), "unknown-kind"),
        ("TALK y\n", (1, 6), "unknown-name"),
    ],
)
def test_what_it_finds(bot: Path, source: str, place: tuple[int, int], code: str) -> None:
    (bot / "good.bas").write_text(source, encoding="utf-8")
    status, out, _ = check(bot, "--json")
    [found] = map(json.loads, out.splitlines())
    assert (status, (found["line"], found["column"]), found["code"]) == (1, place, code)


def test_every_kind_and_schedule_that_is_good_is_good(bot: Path) -> None:
    hears = 'HEAR a AS INTEGER\nHEAR b AS MENU "x", "y"\nHEAR c AS "x", *\n'
    source = f'SET SCHEDULE "weekdays at 8am", "good.bas"\n{hears}TALK a, b, c, user\n'
    (bot / "good.bas").write_text(source, encoding="utf-8")
    assert check(bot)[:2] == (0, "")


def test_a_file_that_is_no_text(bot: Path) -> None:
    (bot / "good.bas").write_bytes(b'TALK "a"\nTALK "\xff"\n')
    code, out, _ = check(bot, "--json")
    found = json.loads(out)
    assert (code, found["line"], found["code"]) == (1, 2, "not-utf8")


def test_a_path_that_is_none_and_a_folder_without_scripts(tmp_path: Path) -> None:
    code, out, err = check(tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "does not exist" in err
    code, out, err = check(tmp_path)
    assert (code, out) == (2, "")
    assert f"there is no .bas file in {tmp_path}" in err
    assert check()[0] == 2


def test_a_folder_among_bots_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ask/start.bas", "tell/other.bas", "loud/Start.bas", ".hidden/other.bas", "data/notes.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text('TALK "hi"\n', encoding="utf-8")
    checked = "3 scripts checked: nothing wrong\n"
    loud = "loud: this is no bot yet: a bot begins with start.bas: rename Start.bas\n"
    why = "this is no bot yet: a bot begins with start.bas, which is not there\n"
    assert check(tmp_path) == (0, "", f"{tmp_path}/{loud}{tmp_path}/tell: {why}{checked}")
    assert check(tmp_path, tmp_path / "tell")[2].count(why) == 1
    monkeypatch.chdir(tmp_path / "tell")
    assert check(".") == (0, "", f".: {why}1 script checked: nothing wrong\n")
    assert check("other.bas") == check("../ask") == (0, "", "1 script checked: nothing wrong\n")
    (tmp_path / "ask" / "start.bas").unlink()
    assert check(".") == (0, "", "1 script checked: nothing wrong\n")  # there are no bots


def test_times_of_schedules(bot: Path) -> None:
    source = 'SET SCHEDULE "0 9 * * 1-5" TIMEZONE "Europe/Berlin"\nSET SCHEDULE "2020-01-31", "good.bas"\n'
    (bot / "good.bas").write_text(source, encoding="utf-8")
    code, out, err = check(bot, "--times")
    lines = out.splitlines()
    assert (code, err) == (0, "1 script checked: nothing wrong\n")
    assert lines[0] == f'{bot}/good.bas:1: "0 9 * * 1-5"'
    assert all(re.fullmatch(r"    (Mon|Tue|Wed|Thu|Fri) \d{4}-\d\d-\d\d 09:00:00 Europe/Berlin", t) for t in lines[1:6])
    assert lines[6:] == [f'{bot}/good.bas:2: "2020-01-31"', "    this time has passed"]


def test_times_of_a_bad_schedule_are_its_finding(bot: Path) -> None:
    (bot / "good.bas").write_text('SET SCHEDULE "61 * * * *"\n', encoding="utf-8")
    code, out, _ = check(bot, "--times")
    assert (code, out.count("\n")) == (1, 3)
    assert check(bot, "--times", "--json")[0] == 2


def test_tasks_shows_how_each_create_task_is_read(tmp_path: Path) -> None:
    script = tmp_path / "start.bas"
    script.write_text(
        'who = "ana"\n'
        'id = CREATE TASK "Call", "high", "bob", "tomorrow"\n'
        'id = CREATE TASK "Call", "more to say", "bob", "tomorrow", "low"\n'
        'id = CREATE TASK "Call", who ASSIGN TO "bo" DUE NOW() + 5\n'
        "TALK id\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["check", "--tasks", str(script)])
    assert result.exit_code == 0, result.output
    assert [line.removeprefix(f"{script}:") for line in result.stdout.splitlines()] == [
        '2: title "Call", priority "high", assignee "bob", due date "tomorrow"',
        '3: title "Call", description "more to say", assignee "bob", due date "tomorrow", priority "low"',
        '4: title "Call", who: by what it is, else assignee, assignee "bo", due date NOW() + 5',
    ]


def test_it_says_how_many_more_there_are(bot: Path) -> None:
    (bot / "good.bas").write_text("SAY 1\n" * 250, encoding="utf-8")
    code, out, err = check(bot)
    assert (code, out.count("[unknown-keyword]")) == (1, 20)
    assert out.endswith("good.bas: … and 230 more; --all shows them\n")
    assert "250 errors" in err
    assert check(bot, "--all")[1].count("[unknown-keyword]") == 250
    assert len(check(bot, "--json")[1].splitlines()) == 250


def test_a_channel_that_tasktalk_toml_does_not_have(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bot / "start.bas").write_text(
        'TALK TO "telegarm:4711", "hi"\nTALK TO "shop:ana", "hi"\nTALK TO "mail:a@b.example", "hi"\n'
        'TALK TO "web:ana", "hi"\nTALK TO "4711", "hi"\nTALK TO channel + ":5", "hi"\n'
        # Addresses of Slack and Discord that have a colon of their own; the noqa below counts its line.
        'TALK TO "C0123:U0456", "hi" : TALK TO "345626669114982999:82198898841029460", "hi"\n'
        'TALK TO "fax:5", "hi"  \' noqa: missing-channel\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(bot.parent)

    def warnings(*options: str) -> list[tuple[int, str, str]]:
        code, out, _ = check(bot / "start.bas", "--json", *options)
        assert code == 0
        told = [json.loads(line) for line in out.splitlines()]
        assert {each["code"] for each in told} <= {"missing-channel", "unused-noqa"}
        return [(each["line"], each["message"], each["hint"]) for each in told if each["code"] == "missing-channel"]

    assert warnings() == []  # nobody has said which channels there are
    (bot.parent / "tasktalk.toml").write_text(
        'prot = 1\n[channels.telegram]\nbot = "bot"\n[channels.shop]\nbot = "other"\n[channels.mail]\n',
        encoding="utf-8",
    )
    assert warnings() == [
        (1, 'there is no channel "telegarm"', "did you mean telegram?"),
        (
            2,
            'the channel "shop" is for the bot other',
            "an answer would not come to the bot bot: let other write, or wait until they have",
        ),
    ]
    (bot.parent / "no.toml").write_text("[channels.fax]\n[channels.telegarm]\n[channels.shop]\n", encoding="utf-8")
    assert warnings("--config", "no.toml") == [
        (3, 'there is no channel "mail"', "a channel is one of tasktalk.toml: there are fax, shop, telegarm")
    ]
