"""Bounds the memory of a screening: what it remembers of all rows, and what Arrow decodes at once.

The sizes that a file declares are not used: they may be wrong.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from consentry.kernel.errors import OversizedManifestError

MIB = 1024 * 1024
_DATA_PAGES = 5
"""The field of /proc/self/statm that RLIMIT_DATA limits."""

_one_at_a_time = Lock()


class MemoryBudget:
    """The bytes that a screening may still use for the people, recordings and items of its rows."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> None:
        """Use bytes of the budget; OversizedManifestError if there are not enough."""
        self._left -= size
        if self._left < 0:
            raise OversizedManifestError(
                "manifest",
                "names more people, recordings or items than fit into memory: "
                "split it, but no recording",
            )


@contextmanager
def limited_allocations(size: int) -> Iterator[None]:
    """Fail whatever allocates more than `size` bytes inside; OversizedManifestError if something did.

    The operating system enforces it, because a few bytes of Parquet can decode to gigabytes. It
    does so on Linux, which Lambda runs on. Set ARROW_DEFAULT_MEMORY_POOL to `system`: Arrow's other
    allocators reserve a gigabyte in advance, which is not counted.
    """
    with _one_at_a_time:
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = _allocated() + size
        unlimited = soft == resource.RLIM_INFINITY
        resource.setrlimit(
            resource.RLIMIT_DATA, (allowed if unlimited else min(allowed, soft), hard)
        )
        try:
            yield
        except MemoryError:
            raise OversizedManifestError(
                "manifest", f"needs more than {size // MIB} MiB of memory to read a few rows"
            ) from None
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _allocated() -> int:
    pages = Path("/proc/self/statm").read_bytes().split()[_DATA_PAGES]
    return int(pages) * resource.getpagesize()
