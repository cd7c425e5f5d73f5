"""Which tests are run on PostgreSQL, too."""

from pathlib import Path

import pytest

from tests import conftest
from tests.databases import private_url, remove_all, url_of

TESTS = Path(conftest.__file__).parent


def test_what_is_run_once_is_there() -> None:
    assert [name for name in conftest.WITHOUT_DATABASE if not (TESTS / name).exists()] == []


def test_a_test_that_is_run_once_has_no_database() -> None:
    listed = conftest.WITHOUT_DATABASE[0]
    conftest.demand_none(TESTS / listed, had_one=False)
    conftest.demand_none(TESTS / "runtime" / "test_engine.py", had_one=True)
    with pytest.raises(AssertionError, match=f"{listed} has a database and has to be run on PostgreSQL, too"):
        conftest.demand_none(TESTS / listed, had_one=True)


def test_it_is_noticed_whether_a_test_had_a_database(tmp_path: Path) -> None:
    for given in (private_url, lambda: url_of(tmp_path / "a.db")):
        given()
        assert remove_all()
        assert not remove_all()
