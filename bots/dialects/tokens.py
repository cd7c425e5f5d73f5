"""How tokens begin by which an interface is told that it is meant."""

from collections.abc import Mapping

PREFIXES: Mapping[str, str] = {"teamday": "td_"}
"""By the interface's name."""
