"""Where transcripts are found, and at which lines."""

from pathlib import Path

import pytest

from tasktalk.bots.examples import examples, examples_under

MANUAL = """# Manual

```basic
TALK "one"     ' bot: one
```

```
TALK "not this"
```

- in a list:
  ```basic
  TALK "two"     ' bot: two
  ```
"""

MODULE = '''"""Not this.

Example:
    TALK "module"
"""

@keyword("TALK <text>...", returns="nothing")
def talk(turn, text):
    """Says it.

    Example:
        IF TRUE THEN
          TALK "a"     ' bot: a

        END IF

    More words.
    """

def helper():
    """Example:
        TALK "helper"
    """
'''


def test_a_script_is_one_transcript(tmp_path: Path) -> None:
    path = tmp_path / "hello.bas"
    path.write_bytes(b'\xef\xbb\xbfTALK "hi"\r\n')
    [found] = examples(path)
    assert (found.line, found.source, found.name) == (1, 'TALK "hi"\n', str(path))


def test_a_manual_has_one_for_each_basic_block(tmp_path: Path) -> None:
    path = tmp_path / "manual.md"
    path.write_text(MANUAL, encoding="utf-8")
    found = list(examples(path))
    assert [(e.line, e.source) for e in found] == [
        (4, 'TALK "one"     \' bot: one\n'),
        (13, 'TALK "two"     \' bot: two\n'),
    ]
    assert found[1].place(1) == f"{path}:13"


def test_a_module_has_those_of_its_keywords(tmp_path: Path) -> None:
    path = tmp_path / "talk.py"
    path.write_text(MODULE, encoding="utf-8")
    [found] = examples(path)
    assert found.source == 'IF TRUE THEN\n  TALK "a"     \' bot: a\n\nEND IF\n'
    assert MODULE.split("\n")[found.line - 1].strip() == "IF TRUE THEN"


@pytest.mark.parametrize("hidden", [".venv", "a/.git"])
def test_hidden_folders_are_left_alone(tmp_path: Path, hidden: str) -> None:
    (tmp_path / hidden).mkdir(parents=True)
    (tmp_path / hidden / "x.bas").write_text("", encoding="utf-8")
    (tmp_path / "b.bas").write_text("", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    assert [e.path.name for e in examples_under([tmp_path, tmp_path / "b.bas"])] == ["b.bas"]
