"""How long tests wait, by the clock on the wall, for what must come."""

from typing import Final

PATIENCE: Final = 300
"""Seconds, which only a test that hangs ever meets: no machine is so slow, and none so loaded."""
