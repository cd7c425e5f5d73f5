"""What an installation gets: every file of the five packages under one name, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("interpreter", "runtime", "storage", "bots", "scripts")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_every_file_of_the_packages_is_in_the_wheel(wheel: list[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    expected = {f"tasktalk/{name}" for name in tracked} | {"tasktalk/__init__.py", "tasktalk/py.typed"}
    assert {name for name in wheel if ".dist-info/" not in name} == expected


def test_the_wheel_claims_no_name_but_its_own(wheel: list[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"tasktalk"}


def test_the_command_is_installed(wheel: list[str]) -> None:
    assert any(name.endswith("entry_points.txt") for name in wheel)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_checkout_imports_through_links(package: str) -> None:
    link = ROOT / "tasktalk" / package
    assert link.is_symlink()
    assert link.resolve() == ROOT / package
