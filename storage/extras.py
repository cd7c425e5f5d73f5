"""What is not installed with everybody's TaskTalk, and the command that brings it."""

import sys
from pathlib import Path


def installing(extra: str) -> str:
    """The command that installs what an extra of TaskTalk takes, in the way in which TaskTalk itself was installed."""
    root = Path(__file__).resolve().parents[1]
    what = f"--editable '{root}[{extra}]'" if (root / "pyproject.toml").is_file() else f"'tasktalk[{extra}]'"
    return f"{sys.executable} -m pip install {what}"
