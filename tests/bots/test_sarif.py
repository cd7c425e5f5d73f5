"""`check --sarif`: the structure that SARIF 2.1.0 asks for, rules with their texts, and places."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.codes import CODES
from tasktalk.bots.sarif import sarif

SOURCE = 'x = 5\nTALK "é", y\n'


def log(path: Path) -> Any:
    path.write_text(SOURCE, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(path), "--sarif"])
    assert (result.exit_code, result.stderr) == (1, "")
    return json.loads(result.stdout)


def test_structure(tmp_path: Path) -> None:
    found = log(tmp_path / "a b.bas")
    assert found["version"] == "2.1.0"
    assert str(found["$schema"]).endswith("sarif-schema-2.1.0.json")
    [run] = found["runs"]
    assert set(run) == {"tool", "columnKind", "results"}
    driver = run["tool"]["driver"]
    assert driver["name"] == "tasktalk"
    assert {rule["id"]: rule["shortDescription"]["text"] for rule in driver["rules"]} == CODES
    assert {rule["defaultConfiguration"]["level"] for rule in driver["rules"]} == {"warning", "error"}
    [result] = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-name"
    assert result["level"] == "error"
    hint = 'nothing sets it; a text stands in quotes: "y"'
    assert result["message"]["text"] == f"there is no variable 'y' here ({hint})"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 12}
    assert Path(unquote(urlsplit(place["artifactLocation"]["uri"]).path)) == tmp_path / "a b.bas"


def test_nothing_found_is_a_log_too() -> None:
    [run] = json.loads(json.dumps(sarif([])))["runs"]
    assert run["results"] == []


def test_one_form_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a.bas").write_text(SOURCE, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--sarif", "--json"])
    assert result.exit_code == 2
