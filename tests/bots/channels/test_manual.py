"""docs/CHANNELS.md: what it says of each kind has the kind's settings, and its examples are right."""

import re
from pathlib import Path

import pytest

from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.configuration import read
from tests.bots.channels.signed import SECRET

MANUAL = (Path(__file__).parents[3] / "docs" / "CHANNELS.md").read_text("utf-8")
HEADINGS = {
    "discord": "Discord",
    "email": "E-mail",
    "signed": "Signed webhooks",
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "telegram": "Telegram",
    "twilio": "SMS by Twilio",
    "whatsapp": "WhatsApp",
}
SHAPE = ("**You need**", "**Try it**", "**What it can do**", "**Limits**")


def section(heading: str) -> str:
    return MANUAL.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def examples(text: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", text, re.DOTALL)


def test_every_kind_has_a_section() -> None:
    assert HEADINGS.keys() == kinds().keys()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_section_has_the_same_shape(kind: str) -> None:
    text = section(HEADINGS[kind])
    places = [text.find(part) for part in SHAPE]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_example_of_a_kind_is_one_that_can_be_served(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [example] = examples(section(HEADINGS[kind]))
    for variable in re.findall(r'env = "(\w+)"', example):
        monkeypatch.setenv(variable, SECRET)
    (tmp_path / "tasktalk.toml").write_text(example, encoding="utf-8")
    [settings] = read(tmp_path / "tasktalk.toml", []).channels.values()
    assert settings.kind == kind


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_setting_of_a_kind_is_told(kind: str) -> None:
    elsewhere = section("A provider's interface elsewhere")
    told = section(HEADINGS[kind]) + elsewhere
    own = kinds()[kind].settings_type.model_fields.keys() - Common.model_fields.keys()
    assert [name for name in own if not re.search(rf"^{name} = |`{name}`", told, re.MULTILINE)] == []


def test_what_is_asked_where_nothing_is_said() -> None:
    table = dict(
        re.findall(r"^\| `(\w+)` \| `(https://.*)` \|$", section("A provider's interface elsewhere"), re.MULTILINE)
    )
    fields = {kind: known.settings_type.model_fields for kind, known in kinds().items()}
    assert table == {kind: known["api"].default for kind, known in fields.items() if "api" in known}


@pytest.mark.parametrize("kind", sorted(kind for kind, known in kinds().items() if known.most_units is not None))
def test_the_longest_text_is_told(kind: str) -> None:
    limits = section(HEADINGS[kind]).partition("**Limits**")[2]
    assert f" {kinds()[kind].most_units:,} characters" in limits
