"""The hypercube and Larson's approximation: published values, and what must hold of every model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anning.engines.dispatch import hypercube
from anning.engines.dispatch.erlang import erlang_b, erlang_c, mean_wait_s
from anning.engines.dispatch.hypercube import exact
from anning.engines.dispatch.larson import approximate, correction
from anning.engines.dispatch.queue_model import NOBODY, queue_model

BOOK = queue_model([0.50, 0.25, 0.35, 0.40], 1.0, [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]], line=True)
"""Larson & Odoni, Urban Operations Research, §5.4.3: 3 units, λ = 1.5, μ = 1, an unlimited line."""


@st.composite
def models(draw, *, line: bool | None = None, most: int = 6):
    units, areas = draw(st.integers(1, most)), draw(st.integers(1, 6))
    orders = [draw(st.permutations(range(units))) for _ in range(areas)]
    rates = np.array([draw(st.floats(0.05, 1)) for _ in range(areas)])
    load = draw(st.floats(0.05, 0.95))
    lined = draw(st.booleans()) if line is None else line
    return queue_model(rates / rates.sum() * load * units, 1.0, orders, line=lined)


def test_the_book_exactly():
    """Larson & Odoni §5.4.3: workloads 0.5574, 0.4734, 0.4693."""
    assert exact(BOOK).workload == pytest.approx([0.5574, 0.4734, 0.4693], abs=5e-5)


def test_the_book_approximately():
    """Larson & Odoni §5.5.3: 0.5627, 0.4716, 0.4657; they stop early, and the limit is 0.0001 beside the second."""
    assert approximate(BOOK).workload == pytest.approx([0.5627, 0.4716, 0.4657], abs=1.1e-4)


def test_the_approximation_is_within_two_percent_for_the_book():
    assert approximate(BOOK).workload == pytest.approx(exact(BOOK).workload, rel=0.02)


def test_the_books_factors():
    assert correction(3, 0.5, line=True) == pytest.approx([1, 0.73684, 0.63158], abs=5e-6)


@given(models())
def test_all_work_is_done_by_somebody(model):
    loads = exact(model)
    offered = model.call_rate.sum()
    done = offered if model.line else offered * (1 - loads.all_busy)
    assert loads.workload.sum() == pytest.approx(done, rel=1e-9)
    assert np.all((loads.workload >= 0) & (loads.workload <= 1))


@given(models())
def test_all_busy_is_erlang(model):
    units, offered = len(model.service_rate), model.call_rate.sum()
    formula = erlang_c if model.line else erlang_b
    assert exact(model).all_busy == pytest.approx(float(formula(units, offered)), rel=1e-8)


@given(models(line=True))
def test_the_line_is_erlangs(model):
    units, offered = len(model.service_rate), model.call_rate.sum()
    assert exact(model).mean_wait == pytest.approx(float(mean_wait_s(units, offered, 1)), rel=1e-8)


@given(models())
def test_every_call_is_answered_or_lost(model):
    loads = exact(model)
    share = model.call_rate / model.call_rate.sum()
    assert loads.served.sum(axis=1) + loads.unserved == pytest.approx(share, rel=1e-9)
    assert loads.served.sum(axis=0) * model.call_rate.sum() == pytest.approx(loads.workload, rel=1e-8)


@given(st.integers(1, 6), st.floats(0.05, 0.95), st.booleans())
def test_symmetric_units_share_alike(units, load, line):
    orders = [np.roll(np.arange(units), -shift) for shift in range(units)]
    model = queue_model(np.full(units, load), 1.0, orders, line=line)
    for loads in (exact(model), approximate(model)):
        assert loads.workload == pytest.approx(np.full(units, loads.workload[0]), rel=1e-9)


@given(models(), st.randoms())
def test_numbering_of_the_units_does_not_matter(model, random):
    units = len(model.service_rate)
    new = list(range(units))
    random.shuffle(new)
    renamed = queue_model(model.call_rate, 1.0, np.array(new)[model.order], line=model.line)
    assert exact(renamed).workload[new] == pytest.approx(exact(model).workload, rel=1e-8)


@settings(max_examples=30)
@given(models(most=5))
def test_sweeping_gives_what_the_direct_solution_gives(model):
    direct = exact(model)
    kept, hypercube._DIRECT_UNITS = hypercube._DIRECT_UNITS, 0
    try:
        swept = exact(model)
    finally:
        hypercube._DIRECT_UNITS = kept
    assert swept.workload == pytest.approx(direct.workload, abs=1e-11)
    assert swept.served == pytest.approx(direct.served, abs=1e-11)


@given(models())
def test_the_approximation_does_the_same_work(model):
    ours, truth = approximate(model), exact(model)
    assert ours.workload.sum() == pytest.approx(truth.workload.sum(), rel=1e-9)
    assert ours.served.sum() + ours.unserved.sum() == pytest.approx(1, rel=1e-9)
    assert ours.all_busy == pytest.approx(truth.all_busy, rel=1e-8)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("line", [False, True])
def test_the_approximation_is_within_two_points_of_time_for_a_city(seed, line):
    """Nine districts, six units, the nearest first: no unit's share of busy time is off by more than 0.02."""
    rng = np.random.default_rng(seed)
    home = np.arange(9) % 6
    place = rng.random((6, 2))
    orders = np.argsort(np.linalg.norm(place[home][:, None] + 0.05 * rng.random((9, 1, 2)) - place, axis=2), axis=1)
    rates = rng.uniform(0.7, 1.3, 9)
    model = queue_model(rates / rates.sum() * 6 * 0.5, 1.0, orders, line=line)
    assert np.max(np.abs(approximate(model).workload - exact(model).workload)) <= 0.02


def test_ten_units_are_swept_and_still_erlangs():
    rng = np.random.default_rng(5)
    model = queue_model(np.full(8, 0.75), 1.0, [rng.permutation(10) for _ in range(8)], line=False)
    loads = exact(model)
    assert loads.all_busy == pytest.approx(float(erlang_b(10, 6)), rel=1e-9)
    assert loads.workload.sum() == pytest.approx(6 * (1 - loads.all_busy), rel=1e-9)


def test_a_partial_pool_splits_into_the_queues_it_is():
    """Two areas that share no unit are two separate loss systems."""
    model = queue_model([0.8, 1.5], 1.0, [[0, NOBODY], [1, 2]], line=False)
    loads = exact(model)
    assert loads.workload[0] == pytest.approx(0.8 / 1.8)
    lost = loads.unserved / (model.call_rate / 2.3)
    assert lost == pytest.approx([float(erlang_b(1, 0.8)), float(erlang_b(2, 1.5))])


def test_a_unit_nobody_names_stays_idle():
    loads = exact(queue_model([0.5, 0.5], [1.0, 1.0, 1.0], [[0, 1], [1, 0]], line=False))
    assert loads.workload[2] == pytest.approx(0, abs=1e-12)


def test_units_of_different_speed_by_hand():
    """Two units, one area, no line: four balance equations solved on paper for λ = 1, μ = (1, 2)."""
    loads = exact(queue_model([1.0], [1.0, 2.0], [[0, 1]], line=False))
    a = np.array([[-1, 1, 2, 0], [1, -2, 0, 2], [0, 0, -3, 1], [1, 1, 1, 1.0]])
    _, first, second, both = np.linalg.solve(a, [0, 0, 0, 1])
    assert loads.workload == pytest.approx([first + both, second + both])


def test_mean_travel_weighs_by_who_answers():
    loads = exact(BOOK)
    assert loads.mean_travel(np.full((4, 3), 7.0)) == pytest.approx(7)
    near = loads.mean_travel(np.array([[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1.0]]))
    assert 1 < near < 2
    with pytest.raises(ValueError, match=r"shape \(4, 3\)"):
        loads.mean_travel(np.ones((3, 4)))


@pytest.mark.parametrize(
    ("arguments", "line", "says"),
    [
        (([-1.0], 1.0, [[0]]), False, "call_rate"),
        (([0.0], 1.0, [[0]]), False, "call_rate"),
        (([1.0], 0.0, [[0]]), False, "service_rate"),
        (([1.0, 1.0], 1.0, [[0]]), False, "one row per area"),
        (([1.0], 1.0, [[0, 0]]), False, "each once"),
        (([1.0], [1.0, 1.0], [[0, 2]]), False, "units 0 to 1"),
        (([1.0], 1.0, [[NOBODY, 0]]), False, "gap"),
        (([1.0], [2.0, 2.0], [[0]]), True, "with a line every area"),
        (([2.0], 1.0, [[0, 1]]), True, "grow for ever"),
    ],
)
def test_a_broken_model_is_refused(arguments, line, says):
    with pytest.raises(ValueError, match=says):
        queue_model(*arguments, line=line)


def test_limits_are_said():
    with pytest.raises(ValueError, match="at most 18 units"):
        exact(queue_model([1.0], 1.0, [list(range(19))], line=False))
    with pytest.raises(ValueError, match="one service rate"):
        approximate(queue_model([1.0], [1.0, 2.0], [[0, 1]], line=False))
    with pytest.raises(ValueError, match="load above 0"):
        correction(3, 1.0, line=True)
    with pytest.raises(ValueError, match="no call is answered"):
        nothing = exact(queue_model([1.0], [1.0], [[NOBODY]], line=False))
        nothing.mean_travel([[1.0]])


@pytest.mark.parametrize("units", [20, 156, 500])
@pytest.mark.parametrize("load", [1e-6, 0.001, 0.01, 0.5])
def test_many_idle_units_have_a_mean_travel_too(units, load):
    """A month of a quiet city: the chance that most units are busy is less than a float can hold."""
    draw = np.random.default_rng(units)
    travel = draw.uniform(60, 900, (5, units))
    rates = draw.uniform(0.5, 1, 5)
    model = queue_model(rates * units * load / rates.sum(), 1.0, np.argsort(travel, axis=1), line=True)
    loads = approximate(model)
    assert np.isfinite(correction(units, load, line=True)).all()
    assert loads.workload.sum() == pytest.approx(units * load)
    assert loads.served.sum() == pytest.approx(1)
    assert travel.min() <= loads.mean_travel(travel) <= travel.max()
