"""Replay of a log of calls with a roster, bases, hospitals and a policy: `model`, `run`, `summary`, `demand`."""
