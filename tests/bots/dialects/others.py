"""Clients of others, as they are, that drive a running server."""

import os
import shutil
import sys
from pathlib import Path

import pytest

MODULES = Path(os.environ.get("TASKTALK_TEST_NODE", Path(sys.prefix) / "node")) / "node_modules"
"""Where `make` installs what tests/node/package.json names."""


def needs_node(package: str) -> str:
    """The path of node. Skips the test where it or the package is missing, but for CI, which must have both."""
    node = shutil.which("node")
    missing = "node is not installed" if node is None else None
    if not MODULES.joinpath(package).is_dir():
        missing = missing or f"{package} is not in {MODULES}: make node"
    if missing is None and node is not None:
        return node
    if os.environ.get("CI"):
        pytest.fail(str(missing))
    pytest.skip(str(missing))
