"""Did you mean: near spellings are found, and nothing that would do something else."""

import pytest

from tasktalk.interpreter.errors import nearest

KNOWN = ["COMPLETE TASK", "CREATE TASK", "END IF", "HEAR", "SET TASK PRIORITY", "TALK"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("TLAK", "TALK"),
        ("creat task", "CREATE TASK"),
        ("END FI", "END IF"),
        ("COMPLET TASK", "COMPLETE TASK"),
        ("SET TSK PRIORITY", "SET TASK PRIORITY"),
        ("DELETE TASK", None),
        ("TALK", None),
        ("xyz", None),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant
