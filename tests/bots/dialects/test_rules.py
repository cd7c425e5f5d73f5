"""Every rule of `rules.txt` that holds now has a test, which names it."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
NAME = re.compile(r"def test_(gb|cbk|bb|td|cz|x)_(\d+(?:_(?:to|and)_\d+)*)_", re.IGNORECASE)
LINE = re.compile(r"(GB|CBK|BB|TD|CZ|X)-(\d+) (now|later) \S.*")


def rules() -> dict[str, str]:
    """When each rule holds."""
    found: dict[str, str] = {}
    for line in (Path(__file__).parent / "rules.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        rule = LINE.fullmatch(line)
        assert rule is not None, line
        key = f"{rule[1]}-{int(rule[2])}"
        assert key not in found, line
        found[key] = rule[3]
    return found


def numbers(words: str) -> list[int]:
    """44_to_46_and_58: 44, 45, 46 and 58."""
    found: list[int] = []
    joint = "and"
    for word in words.split("_"):
        if word in {"to", "and"}:
            joint = word
        else:
            found += range(found[-1] + 1, int(word) + 1) if joint == "to" else [int(word)]
    return found


def named_by_tests() -> dict[str, str]:
    """The rules that tests name, each with the file of one."""
    return {
        f"{kind.upper()}-{number}": path.name
        for path in TESTS.rglob("test_*.py")
        for kind, words in NAME.findall(path.read_text("utf-8"))
        for number in numbers(words)
    }


def test_all_rules_are_there() -> None:
    counts = {"GB": 126, "CBK": 100, "BB": 35, "TD": 72, "CZ": 30, "X": 22}
    assert list(rules()) == [f"{kind}-{number}" for kind, count in counts.items() for number in range(1, count + 1)]


def test_every_rule_that_holds_now_has_a_test() -> None:
    named = named_by_tests()
    assert [rule for rule, when in rules().items() if when == "now" and rule not in named] == []


def test_no_test_names_a_rule_that_is_not_there() -> None:
    known = rules()
    assert {rule: file for rule, file in named_by_tests().items() if rule not in known} == {}


def test_a_name_may_have_several_rules() -> None:
    assert numbers("44_to_46_and_58") == [44, 45, 46, 58]
