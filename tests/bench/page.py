"""Writes the figures of README, *Scaling* and *Performance* anew: `python -m tests.bench.page [part of a command …]`.

Each table stands between a comment with the command that prints it and one that ends it; the command is run and what it
prints is put there. With parts, only commands that have one of them in their words.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs/SCALING.md"
PAGES = (PROJECT / "README.md", PAGE, PROJECT / "docs/PERFORMANCE.md")
UNAVAILABLE = 69
"""The exit code of a command that cannot be run here: its figures stay as they are."""
_BLOCK = re.compile(r"(<!-- figures: (?P<command>.+?) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def commands(text: str) -> list[str]:
    """Those whose figures are on the page."""
    return [block["command"] for block in _BLOCK.finditer(text)]


def rewritten(text: str, figures: Callable[[str], str | None]) -> str:
    """The page with what `figures` gives for each command; where it gives nothing, what stands there stays."""

    def block(found: re.Match[str]) -> str:
        new = figures(found["command"])
        return found[0] if new is None else f"{found[1]}\n{new.strip()}\n\n{found[3]}"

    return _BLOCK.sub(block, text)


def main() -> None:
    """Runs the commands one after the other and keeps each as soon as it has been run."""
    wanted = sys.argv[1:]
    for page, command in [(each, command) for each in PAGES for command in commands(each.read_text("utf-8"))]:
        if wanted and not any(part in command for part in wanted):
            continue
        print(f"python -m {command} …", file=sys.stderr)
        done = subprocess.run([sys.executable, "-m", *command.split()], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode == UNAVAILABLE:
            continue  # it has said what is missing
        done.check_returncode()
        text = page.read_text("utf-8")
        page.write_text(rewritten(text, {command: done.stdout}.get), "utf-8")


if __name__ == "__main__":
    main()
