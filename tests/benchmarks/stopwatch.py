"""Time several programs in turns in one run, so that a busy machine slows all of them equally."""

import gc
import os
from collections.abc import Callable, Mapping
from statistics import median
from time import thread_time

LONG = "LONG_BENCHMARKS" in os.environ
"""Short runs show that the benchmarks work. `make benchmarks` sets LONG_BENCHMARKS for figures to quote."""

type Contestants = Mapping[str, Callable[[], object]]


def microseconds(contestants: Contestants) -> dict[str, float]:
    """The median CPU time of one call of each program, over rounds of one turn each."""
    rounds, calls = (61, 100) if LONG else (15, 30)
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in contestants.items():
                taken[name].append(_seconds(call, calls) / calls)
    finally:
        gc.enable()
    return {name: median(seconds) * 1e6 for name, seconds in taken.items()}


def _seconds(call: Callable[[], object], calls: int) -> float:
    start = thread_time()
    for _ in range(calls):
        call()
    return thread_time() - start


def print_table(title: str, rows: Mapping[str, tuple[object, ...]]) -> None:
    """Print a small table; run pytest with -s to see it."""
    print(f"\n{title}")
    for name, cells in rows.items():
        print(f"  {name:44}", *(f"{cell:>12}" for cell in cells))
