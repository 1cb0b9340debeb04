"""Loops that are compiled, with their types kept for whoever reads and checks them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The function compiled by numba at its first call, kept on disk for the next process where there is room for it.

    Arithmetic stays as written (no fused or reordered operations), so that results equal those of plain Python. Where
    neither the package's folder nor the user's cache may be written, each process compiles anew.
    """
    try:
        return cast(Function, numba.njit(cache=True, fastmath=False)(function))
    except RuntimeError:  # numba finds no folder for its cache
        return cast(Function, numba.njit(cache=False, fastmath=False)(function))
