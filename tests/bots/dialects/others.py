"""Clients of others, as they are, that drive a running server."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

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


async def out_of(*command: str, **options: Any) -> str:
    """What a process prints; it has to end well."""
    made = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, **options
    )
    out, wrong = await made.communicate()
    assert made.returncode == 0, wrong.decode()
    return out.decode()
