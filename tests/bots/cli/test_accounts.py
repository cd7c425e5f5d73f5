"""`tasktalk user`, `org` and `token`: who may do what, said on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tests.databases import url_of


class Commands:
    """The commands on one database."""

    def __init__(self, db: str) -> None:
        self.db = db

    def run(self, *arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, [*arguments, "--db", self.db])
        return result.exit_code, result.stdout, result.stderr

    def done(self, *arguments: str) -> str:
        code, out, err = self.run(*arguments)
        assert code == 0, err
        return out

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.done(*arguments, "--json").splitlines()]


@pytest.fixture
def tasktalk(tmp_path: Path) -> Commands:
    commands = Commands(url_of(tmp_path / "tasktalk.db"))
    commands.done("user", "create", "Ana", "--id", "u1")
    return commands


def test_users_are_made_listed_and_changed(tasktalk: Commands) -> None:
    made = tasktalk.rows("user", "create", "Bo Lund", "--email", "bo@example.com", "--role", "agent")
    assert made[0]["id"].startswith("usr_")
    bo = {"organisation_id": "default", "name": "Bo Lund", "email": "bo@example.com", "role": "agent"}
    assert made == [{"id": made[0]["id"], **bo, "is_disabled": False}]
    said = tasktalk.done("user", "role", "bo@example.com", "viewer")
    assert said == f"Bo Lund ({made[0]['id']}) is viewer of default: sees all and changes nothing.\n"
    assert tasktalk.done("user", "disable", "bo lund") == f"Bo Lund ({made[0]['id']}) is disabled.\n"
    assert [(row["name"], row["role"], row["is_disabled"]) for row in tasktalk.rows("user")] == [
        ("Ana", "owner", False),
        ("Bo Lund", "viewer", True),
    ]
    tasktalk.done("user", "enable", made[0]["id"])
    table = [line.split() for line in tasktalk.done("user", "list").splitlines()]
    assert table == [
        ["ID", "NAME", "EMAIL", "ROLE", "MAY", "COME", "IN"],
        ["u1", "Ana", "-", "owner", "yes"],
        [made[0]["id"], "Bo", "Lund", "bo@example.com", "viewer", "yes"],
    ]


def test_tokens_are_made_listed_and_ended(tasktalk: Commands) -> None:
    secret = tasktalk.done("token", "create", "--user", "Ana").strip()
    assert secret.startswith("tt_")
    (made,) = tasktalk.rows(
        "token", "create", "--user", "Bo", "--prefix", "td_", "--scope", "tasks:read", "--name", "tv"
    )
    assert made["token"].startswith("td_")
    del made["token"]
    listed = tasktalk.rows("token")
    assert listed[1] == made
    assert [(row["user"], row["name"], row["scopes"], row["last_used_at"]) for row in listed] == [
        ("Ana", "command line", ["tasks:read", "tasks:write"], None),
        ("Bo", "tv", ["tasks:read"], None),
    ]
    assert tasktalk.rows("token", "list", "--user", "Bo") == [made]
    assert secret not in tasktalk.done("token", "list")
    assert tasktalk.done("token", "revoke", made["id"]) == f"The token {made['id']} is good for nothing any more.\n"
    assert tasktalk.rows("token") == listed[:1]


def test_organisations_are_made_and_changed(tasktalk: Commands) -> None:
    tasktalk.done("org", "create", "acme", "--name", "Acme Ltd")
    assert tasktalk.done("org", "set", "acme", "--directory", "on") == (
        "Tasks of acme can be assigned to its users alone.\n"
    )
    usual = {"timezone": "UTC", "sla": {}}
    assert tasktalk.rows("org") == [
        {"id": "default", "name": "default", "has_directory": False, "runs_a_day": None, **usual},
        {"id": "acme", "name": "Acme Ltd", "has_directory": True, "runs_a_day": None, **usual},
    ]
    assert tasktalk.rows("user", "create", "Eve", "--org", "acme")[0]["role"] == "owner"
    assert [row["name"] for row in tasktalk.rows("user", "list", "--org", "acme")] == ["Eve"]
    first = "Its first user, who owns it: tasktalk user create NAME --org 'Bo & Co'\n"
    assert tasktalk.done("org", "create", "Bo & Co") == f"There is an organisation Bo & Co. {first}"
    assert tasktalk.done("org", "set", "acme", "--directory", "off") == "Tasks of acme can be assigned to anybody.\n"
    assert tasktalk.done("org", "list").splitlines()[2].split() == ["acme", "Acme", "Ltd", "off", "-", "UTC", "-"]
    often = tasktalk.done("org", "set", "acme", "--runs-per-day", "500")
    assert often == "Tasks of acme run 500 times in 24 hours at most.\n"
    assert tasktalk.rows("org")[1]["runs_a_day"] == 500
    often = tasktalk.done("org", "set", "acme", "--runs-per-day", "none")
    assert often == "Tasks of acme run as often as they like.\n"
    assert tasktalk.rows("org")[1]["runs_a_day"] is None


def test_an_organisation_says_by_when_tasks_are_due(tasktalk: Commands) -> None:
    def due(*options: str) -> str:
        said = tasktalk.done("org", "set", "default", *options)
        return said.removeprefix("New tasks of default are due: ").removesuffix(".\n")

    assert due("--sla", "high=2d", "--sla", "urgent=today") == "high=48h, urgent=today"
    assert due("--sla", "low=30m", "--sla", "critical= 4 hours ") == "low=0.5h, high=48h, urgent=4h"
    assert due("--sla", "high=none", "--sla", "low=none") == "urgent=4h"
    assert due("--sla", "standard", "--sla", "low=90d") == "low=2160h, medium=168h, high=48h, urgent=today"
    assert tasktalk.rows("org")[0]["sla"] == {"low": 2160.0, "medium": 168.0, "high": 48.0, "urgent": "today"}
    none = [option for name in ("low", "medium", "high", "urgent") for option in ("--sla", f"{name}=none")]
    assert due(*none) == "never by themselves"
    assert tasktalk.rows("org")[0]["sla"] == {}


def test_an_organisation_lives_by_a_time_zone(tasktalk: Commands) -> None:
    said = tasktalk.done("org", "set", "default", "--timezone", "Europe/Berlin", "--directory", "on")
    assert said.splitlines() == [
        "Tasks of default can be assigned to its users alone.",
        "default lives by the time zone Europe/Berlin.",
    ]
    assert tasktalk.done("org").splitlines()[1].split() == ["default", "default", "on", "-", "Europe/Berlin", "-"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "say what is to change: --directory, --timezone, --sla or --runs-per-day"),
        (("--sla", "high"), "expected PRIORITY=TIME such as high=48h, or standard, got 'high'"),
        (("--sla", "sky=1h"), "Priority must be one of: low, medium, high, urgent"),
    ],
)
def test_an_organisation_is_changed_by_nothing_else(tasktalk: Commands, options: tuple[str, ...], message: str) -> None:
    code, _, err = tasktalk.run("org", "set", "default", *options)
    assert code == 2
    assert message in " ".join(err.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("user", "create", "Ana"), "There is a user Ana already, u1; somebody else of that name needs an --id"),
        (("user", "create", "Bo", "--id", "u1"), "There is a user u1 already"),
        (("user", "create", " "), "Expected 1 to 200 characters of plain text, got ' '"),
        (("user", "create", "Bo", "--id", "x" * 41), f"Expected 1 to 40 characters of plain text, got '{'x' * 41}'"),
        (("user", "create", "Bo", "--org", "a\tb"), "Expected 1 to 40 characters of plain text, got 'a\\tb'"),
        (("user", "role", "Bo", "owner"), "There is no user Bo; tasktalk user list shows them"),
        (("user", "role", "Ana", "agent"), "Ana is the only owner; make somebody else an owner first"),
        (("user", "disable", "Ana"), "Ana is the only owner; make somebody else an owner first"),
        (("user", "list", "--org", "acme"), "There is no organisation acme; tasktalk org list shows them"),
        (("org", "set", "acme", "--directory", "on"), "There is no organisation acme; tasktalk org list shows them"),
        (("org", "create", "default"), "There is an organisation default already"),
        *(
            (
                ("org", "set", "default", "--directory", "on", "--sla", f"high={time}"),
                f"expected high to be a time such as 4h, 2d, 30m, today or none, got {time!r}",
            )
            for time in ("", "0", "-1h", "soon", "1e9", "9999999h", "5y", "999999d", "1h 30m")
        ),
        (
            ("org", "set", "default", "--timezone", "Mars/Olympus"),
            'there is no time zone "Mars/Olympus"; write it like Europe/Berlin or UTC',
        ),
        (("token", "revoke", "tok_1"), "There is no token tok_1; tasktalk token list shows them"),
        (("token", "list", "--user", "Bo"), "There is no user Bo; tasktalk user list shows them"),
        (("token", "create", "--org", "acme"), "There is no organisation acme; tasktalk org list shows them"),
        (("user", "create", "Bo", "--email", "bo"), "Expected an address like ana@example.com, got 'bo'"),
        (("user", "create", "Bo", "--email", "b o@x"), "Expected an address like ana@example.com, got 'b o@x'"),
        (("token", "create", "--scope", "all"), "Scopes must be of: tasks:read, tasks:write, got all"),
        (("token", "create", "--prefix", "TD"), "A token begins with two to eight letters a to z and _, got 'TD'"),
        (("token", "create", "--name", ""), "Expected 1 to 200 characters of plain text, got ''"),
    ],
)
def test_what_is_refused_ends_with_1_and_a_code(tasktalk: Commands, arguments: tuple[str, ...], message: str) -> None:
    codes = {
        "already": "user_exists" if arguments[0] == "user" else "organisation_exists",
        "Expected 1": "invalid_name",
        "an address": "invalid_email",
        "no user": "user_not_found",
        "only owner": "last_owner",
        "no organisation": "organisation_not_found",
        "no token": "token_not_found",
        "Scopes": "invalid_scope",
        "begins": "invalid_prefix",
        "to be a time": "invalid_sla",
        "time zone": "invalid-timezone",
    }
    (code,) = {code for sign, code in codes.items() if sign in message}
    assert tasktalk.run(*arguments) == (1, "", f"Error: {message}  [{code}]\n")
    assert [row["name"] for row in tasktalk.rows("user")] == ["Ana"]


def test_no_two_users_have_one_address(tasktalk: Commands) -> None:
    tasktalk.done("user", "create", "Bo", "--id", "u2", "--email", "bo@example.com")
    message = "Error: BO@example.com stands for Bo already, u2  [user_exists]\n"
    assert tasktalk.run("user", "create", "Kim", "--email", "BO@example.com") == (1, "", message)
    assert tasktalk.rows("user", "create", "Kim", "--org", "acme", "--email", "bo@example.com")[0]["name"] == "Kim"


def test_a_token_for_somebody_new_says_so(tasktalk: Commands) -> None:
    tasktalk.done("org", "create", "acme")
    for org, role in (("default", "member"), ("acme", "owner")):
        is_new = f"This token stands for Bo, a new user ({role} of {org}). It is not shown again.\n"
        assert tasktalk.run("token", "create", "--user", "Bo", "--org", org)[2] == is_new
    assert tasktalk.run("token", "create", "--user", "Bo")[2] == "This token stands for Bo. It is not shown again.\n"


def test_a_disabled_user_gets_no_token(tasktalk: Commands) -> None:
    tasktalk.done("user", "create", "Bo", "--id", "u2")
    tasktalk.done("user", "disable", "Bo")
    message = "Error: Bo is disabled; tasktalk user enable lets them in again  [user_disabled]\n"
    assert tasktalk.run("token", "create", "--user", "Bo") == (1, "", message)


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "role", "Ana", "boss"),
        ("user", "role"),
        ("org", "set", "default"),
        ("org", "set", "default", "--runs-per-day", "-1"),
        ("org", "set", "default", "--runs-per-day", "many"),
    ],
)
def test_what_is_not_written_right_ends_with_2(tasktalk: Commands, arguments: tuple[str, ...]) -> None:
    assert tasktalk.run(*arguments)[0] == 2


def test_a_database_that_is_not_there_is_not_made_by_a_look(tmp_path: Path) -> None:
    db = tmp_path / "none.db"
    for arguments in (("user",), ("org",), ("token",), ("user", "disable", "Ana"), ("token", "revoke", "x")):
        code, _, err = Commands(str(db)).run(*arguments)
        assert (code, err) == (1, f"Error: there is no database {db}: give the one that is served, with --db\n")
    assert not db.exists()


@pytest.mark.parametrize("name", ["user", "org", "token"])
def test_every_page_of_help_has_examples(name: str) -> None:
    for arguments in ([name], [name, "list"], [name, "create"]):
        help_page = CliRunner().invoke(main, [*arguments, "--help"]).stdout
        assert "Examples:" in help_page
        assert f"tasktalk {name} create" in help_page
