"""Covering against all placements of small cases, and the published placement of Utrecht's ambulances."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch.posts.covering import backed_up, cover, covered, expected, once
from anning.wire.dispatch.tables import amount, one_of, read_matrix, read_table


def by_trying_all(reach, weight, posts, worth, most) -> float:
    every = combinations_with_replacement(range(len(reach)), posts)
    return max(covered(reach, weight, c, worth) for c in every if max(Counter(c).values()) <= most)


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(1, 6), st.integers(1, 4), st.sampled_from(["once", "backed", "expected"]))
def test_no_placement_is_better(seed, sites, posts, kind):
    draw = np.random.default_rng(seed)
    reach, weight = draw.random((sites, 9)) < 0.35, draw.integers(0, 9, 9) + 1
    most = posts if kind == "expected" else 1
    posts = min(posts, sites) if most == 1 else posts
    worth = {"once": once(posts), "backed": backed_up(posts, 0.7), "expected": expected(posts, 0.6)}[kind]
    found = cover(reach, weight, posts, worth, most_per_site=most)
    assert found.value == pytest.approx(by_trying_all(reach, weight, posts, worth, most))
    assert found.gap <= 1e-6
    assert len(found.sites) == posts
    assert max(Counter(found.sites.tolist()).values()) <= most


def test_expected_cover_is_the_chance_that_one_is_free():
    """Two posts within reach, each busy 0.6 of the time: 1 − 0.6² of the demand."""
    assert covered([[True], [True]], [1.0], [0, 1], expected(2, 0.6)) == pytest.approx(1 - 0.6**2)


def test_without_time_our_own_placement_and_a_bound_remain():
    draw = np.random.default_rng(4)
    reach, weight = draw.random((40, 300)) < 0.1, draw.random(300)
    hasty, calm = (cover(reach, weight, 6, once(6), time_limit_s=limit) for limit in (0, 30))
    assert hasty.value <= calm.value <= hasty.bound + 1e-9
    assert calm.proven


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: cover([True], [1], 1, [1]), "reach must be"),
        (lambda: cover([[True]], [1], 1, [0.2, 0.4]), "must not rise"),
        (lambda: cover([[True]], [1], 1, [1], most_per_site=0), "most_per_site"),
        (lambda: cover([[True]], [1], 2, [1]), "posts must be 1 to 1"),
        (lambda: cover([[True]], [-1], 1, [1]), "weight must be"),
        (lambda: expected(2, 1), "busy fraction"),
        (lambda: backed_up(2, 0.4), "0.5 to 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_the_published_placement_of_twenty_ambulances(shared_data):
    """ELASPY's MEXCLP placement (busy 0.6, 12 minutes from place to base): objective 0.852089, and none is better."""
    folder = shared_data / "dispatch" / "utrecht"

    def table(name):
        return read_table(name, (folder / name).read_text("utf-8"))

    name = "siren_driving_matrix_2022.csv"
    labels, minutes = read_matrix(name, (folder / name).read_text("utf-8"))
    weight = table("nodes_Utrecht_2021.csv").column("inhabitants", amount)
    bases = table("RAVU_base_locations_Utrecht_2021.csv").column("Base Locations", one_of(labels, "nodes"))
    published = table("Base_Locations_Ambulances_MEXCLP_21_22_20.csv").column("Base", one_of(labels, "nodes"))
    reach = minutes[:, bases].T <= 12
    worth = expected(20, 0.6)
    assert covered(reach, weight, [bases.index(base) for base in published], worth) == pytest.approx(0.852089, abs=5e-7)
    found = cover(reach, weight, 20, worth, most_per_site=20)
    assert found.value == pytest.approx(0.852089, abs=5e-7)
    assert found.gap <= 1e-6
    assert Counter(bases[site] for site in found.sites) == Counter(published)
