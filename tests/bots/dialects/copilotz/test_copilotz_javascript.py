"""The JavaScript of Copilotz' document, as it is but for the host, runs against a server (CZ-29)."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.system.commands import token
from tests.system.server import serving

DOCUMENT = Path(__file__).parents[3] / "node" / "copilotz.mjs"


def node() -> str:
    """The path of node. Skips the test where it is missing, but for CI, which must have it."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("node is not installed")
        pytest.skip("node is not installed")
    return found


async def run(code: str) -> tuple[str, str]:
    """What a script prints, and what it prints of failures."""
    made = await asyncio.create_subprocess_exec(
        *(node(), "--input-type=module", "--eval", code), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, wrong = await made.communicate()
    assert made.returncode == 0, wrong.decode()
    return out.decode(), wrong.decode()


@pytest.mark.parametrize("base", ["", "/copilotz"])
async def test_cz_29_the_documents_functions_print_their_success(tmp_path: Path, base: str) -> None:
    node()
    async with serving(tmp_path, {"support/start.bas": 'TALK "Hello."\n'}) as server:
        secret = await token(server)
        headers = {"Authorization": f"Bearer {secret}"}
        async with ClientSession(f"{server.url}{base}/rest/", headers=headers) as session:
            for name in ("Billing", "Support"):
                async with session.post("workflows", json={"name": name}) as answer:
                    assert answer.status == 201
            for name in ("Look into it", "Tell the customer"):
                async with session.post("steps", json={"name": name, "workflow": 2}) as answer:
                    assert answer.status == 201
            before = {"name": "Before", "status": "active", "workflow": 2, "context": {"issue": "Account locked"}}
            async with session.post("tasks", json=before) as answer:
                task = (await answer.json())["_id"]
            code = DOCUMENT.read_text("utf-8").replace("https://copilotz.com", f"{server.url}{base}")
            given = f"const taskId = {task};\n"
            out, wrong = await run(given + code.replace("your_access_token", secret))
            assert wrong == ""
            assert sorted(re.findall(r"^Task \w+ successfully", out, re.MULTILINE)) == [
                "Task created successfully",
                "Task updated successfully",
            ]
            async with session.get("tasks") as answer:
                found = {row["name"]: row for row in (await answer.json())["data"]}
        assert found["Before"]["context"] == {"issue": "Account locked", "emailSent": True}
        assert (found["Before"]["currentStep"], found["Before"]["status"]) == (2, "pending")
        new = found["Resolve Customer Issue"]
        assert (new["extId"], new["workflow"], new["currentStep"]) == ("SUPPORT_56789", 2, 1)
        out, wrong = await run(given + code)
        assert out == ""
        assert sorted(wrong.splitlines()) == [
            "Failed to create task: The token is unknown or has expired",
            "Failed to update task: The token is unknown or has expired",
        ]
