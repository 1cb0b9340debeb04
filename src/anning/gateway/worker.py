"""What the platform does by itself: tells breaches, rolls figures up, deletes what has expired."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, connection
from django.utils import timezone

log = logging.getLogger(__name__)


@dataclass
class Chore:
    """One recurring piece of work: `do` every `every_s` seconds."""

    name: str
    every_s: float
    do: Callable[[datetime], object]
    due: float = 0.0

    def run_if_due(self, clock: float) -> None:
        """Do it when its time has come; a fault of the database is logged and tried again next time."""
        if clock < self.due:
            return
        self.due = clock + self.every_s
        try:
            self.do(timezone.now())
        except Error as error:
            log.error("%s: the database failed, trying again in %s s: %s", self.name, self.every_s, error)
            connection.close()


def run(chores: list[Chore], until: Callable[[], bool], pause_s: float = 0.5) -> None:
    """Run the chores until `until()` is true."""
    while not until():
        for chore in chores:
            chore.run_if_due(time.monotonic())
        time.sleep(pause_s)
