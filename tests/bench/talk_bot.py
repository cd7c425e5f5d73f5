"""The bot that benchmarks talk to: a loop of HEAR and TALK, which counts, so that each answer can be checked."""

from pathlib import Path

NAME = "counter"
SOURCE = """TALK "Hello"
count = 0
DO
  HEAR answer{timeout}
  count = count + 1
  TALK "You said ${{answer}} (${{count}})"
LOOP
"""


def write_bot(folder: Path, *, has_timer: bool = False) -> Path:
    """Makes the folder of bots that has it alone; with a timer, each question waits for a day at most."""
    place = folder / "bots" / NAME
    place.mkdir(parents=True)
    (place / "start.bas").write_text(SOURCE.format(timeout=" TIMEOUT 1 DAYS" if has_timer else ""), "utf-8")
    return place.parent
