"""The laws of the model: what can be said of it without having measured anything."""

from dataclasses import replace

import pytest

from tasktalk.runtime.leases import BUCKETS
from tests.bench.calibration import line
from tests.bench.model import Costs, Plant, Simulation, limits, most, needed, shares, with_words

COSTS = Costs(turn=0.001, commit_base=0.002, commit_each=0.0001, write_sets=2)


@pytest.mark.parametrize(
    ("processes", "most_buckets", "working"), [(1, 256, 1), (2, 128, 2), (3, 86, 3), (100, 3, 86), (129, 2, 128)]
)
def test_buckets_are_shared_as_leases_are(processes: int, most_buckets: int, working: int) -> None:
    found = shares(processes)
    assert sum(found) == BUCKETS
    assert max(found) == most_buckets
    assert sum(each > 0 for each in found) == working


def test_one_person_waits_for_the_sum_of_the_parts() -> None:
    found = Simulation(COSTS, Plant(1)).crowd(1, 20.0)
    assert found.p50 == pytest.approx(COSTS.turn + 2 * (COSTS.commit_base + COSTS.commit_each), rel=0.02)
    assert found.turns_a_second == pytest.approx(1 / found.p50, rel=0.02)
    assert found.batch == 1


def test_a_crowd_keeps_a_process_busy_and_shares_its_commits() -> None:
    found = Simulation(COSTS, Plant(1)).crowd(256, 5.0)
    assert found.process_busy == pytest.approx(1.0, abs=0.02)
    assert found.turns_a_second == pytest.approx(most(COSTS, 1), rel=0.03)
    assert found.batch > 2
    assert found.first == "process"


def test_what_comes_in_goes_out_while_nothing_is_at_its_limit() -> None:
    found = Simulation(COSTS, Plant(4)).steady(1000, 20_000)
    assert found.turns_a_second == pytest.approx(1000, rel=0.05)
    assert found.process_busy < 0.5


def test_waiting_grows_with_the_load() -> None:
    p99 = [Simulation(COSTS, Plant(1)).steady(rate, 10_000).p99 for rate in (100, 500, 900)]
    assert p99 == sorted(p99)
    assert p99[2] > 2 * p99[0]


def test_a_database_can_be_what_is_at_its_limit() -> None:
    heavy = replace(COSTS, turn=0.0001, write_set=0.001, commit_each=0.001)
    found = Simulation(heavy, Plant(8, database_cores=2)).crowd(256, 3.0)
    assert found.first == "database"
    assert found.turns_a_second == pytest.approx(2 / (2 * heavy.write_set), rel=0.05)


def test_processors_that_all_share_are_no_more_than_they_are() -> None:
    found = Simulation(COSTS, Plant(4, shared_cores=2, client=0.0005)).crowd(256, 5.0)
    assert found.turns_a_second == pytest.approx(2 / 0.0015, rel=0.05)


def test_two_databases_take_twice_as_much() -> None:
    one = Simulation(COSTS, Plant(1)).crowd(256, 3.0).turns_a_second
    two = Simulation(COSTS, Plant(2, databases=2)).crowd(512, 3.0).turns_a_second
    assert two == pytest.approx(2 * one, rel=0.05)


def test_words_bound_what_one_database_can_take() -> None:
    wordy = replace(COSTS, word=0.0001)
    assert with_words(wordy, 1) == wordy
    assert with_words(wordy, 11).turn == pytest.approx(0.002)
    assert with_words(replace(COSTS, elsewhere=0.001), 2).turn == pytest.approx(0.0015)
    assert all(most(wordy, each) < 1 / wordy.word for each in range(1, BUCKETS + 1))
    assert needed(wordy, 1 / wordy.word, 1.0) is None


def test_what_breaks_first_stands_first() -> None:
    found = limits(replace(COSTS, write_set=0.0001, word=0.00001), 16)
    assert [round(rate) for rate, _ in found] == [1000, 4638, 80000, 100000, 256000]
    assert [what for _, what in found][2] == "the database's 16 processors"
    assert len(limits(COSTS, 16)) == 3


def test_the_processes_that_are_needed_are_the_fewest() -> None:
    found = needed(COSTS, 5000, 0.7)
    assert found is not None
    assert most(COSTS, found) * 0.7 >= 5000 > most(COSTS, found - 1) * 0.7


def test_the_same_seed_gives_the_same_play() -> None:
    plays = [Simulation(COSTS, Plant(2), seed).steady(500, 2000) for seed in (1, 1, 2)]
    assert plays[0] == plays[1] != plays[2]


def test_a_line_goes_through_both_points_and_no_cost_is_below_zero() -> None:
    assert line(1, 3, 3, 7) == (1, 2)
    assert line(1, 5, 3, 3) == (4, 0)
    assert line(1, 1, 2, 4) == (0, 1.5)
    assert line(2, 4, 2, 6) == (5, 0)
