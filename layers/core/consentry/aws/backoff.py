"""How long to wait before trying again: doubled each time, and jittered over its whole length."""

from collections.abc import Iterator
from secrets import randbelow


def backoff_delays(first: float, attempts: int) -> Iterator[float]:
    """The waits of `tries` tries, in seconds."""
    return (first * 2**tried * randbelow(1000) / 1000 for tried in range(attempts))
