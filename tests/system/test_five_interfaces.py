"""Five interfaces and one task in the README: its commands, run as they stand there, print what stands there."""

import asyncio
import re
import sys
import time
from pathlib import Path

from tests.patience import PATIENCE
from tests.system.server import Server

ROOT = Path(__file__).parents[2]
END = b"\x1e"
ID = re.compile(r"tsk_[0-9a-z]{26}")


def commands() -> list[tuple[str, str]]:
    """Each command of the section and what it prints."""
    section = (ROOT / "README.md").read_text("utf-8").partition("### Five interfaces, one task\n")[2]
    block = re.search(r"```console\n(.*?)```", section, re.DOTALL)
    assert block is not None
    found: list[tuple[str, str]] = []
    for line in block[1].splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line)
    return found


class Shell:
    """One shell for all of them: what one sets, the next ones have."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self._port = process, port

    async def run(self, command: str) -> str:
        """What it prints, with the same id for every task."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        written = command.replace(":8080/", f":{self._port}/").strip()
        self._process.stdin.write(f"{written}\nprintf '\\036'\n".encode())
        printed = await asyncio.wait_for(self._process.stdout.readuntil(END), PATIENCE)
        text = ID.sub("tsk_", printed.removesuffix(END).decode())
        return text if not text or text.endswith("\n") else text + "\n"


async def test_x_01_five_programs_do_one_task_as_the_readme_shows(tmp_path: Path) -> None:
    shown = commands()
    assert len(shown) > 10
    async with Server(ROOT / "scripts", tmp_path / "tasktalk.db") as server:
        process = await asyncio.create_subprocess_exec(
            *("bash", "-s"), cwd=tmp_path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        shell = Shell(process, server.port)
        try:
            await played(shell, shown)
        finally:
            process.kill()
            await process.communicate()


async def played(shell: Shell, shown: list[tuple[str, str]]) -> None:
    """Runs the commands in their order; each has to print what is shown."""
    assert await shell.run(f'tasktalk() {{ {sys.executable} -m tasktalk.bots.cli "$@"; }}') == ""
    for command, printed in shown:
        expected = ID.sub("tsk_", printed)
        found, until = await shell.run(command), time.monotonic() + PATIENCE
        while found != expected and "/execution/list" in command and time.monotonic() < until:
            found = await shell.run(command)  # the run takes as long as it takes
        assert found == expected, command
