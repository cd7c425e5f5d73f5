"""The README's first script does what it says, on both of its ways."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ASKED = ["Welcome! What is your name?", "Do you have a laptop, Ana?"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("yes", []), ("no", ["I passed it on. See you tomorrow!", "I asked for your laptop again."])],
)
def test_the_first_script(tmp_path: Path, answer: str, said: list[str]) -> None:
    found = re.search(r"```basic\n(.*?)```", README, re.DOTALL)
    assert found is not None
    script = tmp_path / "start.bas"
    script.write_text(found[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tasktalk.bots.cli", "run", "--fast", str(script)],
        input=f"Ana\n{answer}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()) == (0, ASKED + said), done.stderr


def test_every_command_of_the_table_is_there() -> None:
    for name in re.findall(r"^\| `tasktalk (\w+)", README, re.MULTILINE):
        done = subprocess.run(
            [sys.executable, "-m", "tasktalk.bots.cli", name, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
