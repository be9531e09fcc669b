"""Exponential backoff with full jitter."""

from collections.abc import Iterator
from secrets import randbelow


def backoff_delays(first: float, attempts: int) -> Iterator[float]:
    """A random delay before each retry, in seconds: up to `first`, then up to twice as long each time."""
    return (first * 2**attempt * randbelow(1000) / 1000 for attempt in range(attempts))
