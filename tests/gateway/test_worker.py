"""The worker's chores: in their time, and past a fault of the database."""

from datetime import datetime

from django.db import OperationalError

from anning.gateway.worker import Chore, run


def test_chores_run_when_due_and_not_before() -> None:
    done: list[datetime] = []
    chore = Chore("count", 10.0, done.append)
    for clock in (100.0, 105.0, 110.0, 111.0):
        chore.run_if_due(clock)
    assert len(done) == 2


def test_a_fault_of_the_database_does_not_end_the_worker() -> None:
    turns: list[int] = []

    def fails(_now: datetime) -> None:
        turns.append(1)
        raise OperationalError("gone")

    healthy: list[datetime] = []
    run(
        [Chore("fails", 0.0, fails), Chore("healthy", 0.0, healthy.append)],
        lambda: len(turns) >= 3,
        pause_s=0,
    )
    assert len(healthy) == 3
