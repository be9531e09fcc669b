"""Pages of a list that a repository yields in the order of its keys."""

import re
from collections.abc import Iterable
from itertools import islice

from consentry.kernel.errors import InvalidRequestError


def take_page[Item](found: Iterable[Item], limit: int) -> tuple[tuple[Item, ...], bool]:
    """The first `limit` items, and whether more follow."""
    items = tuple(islice(found, limit + 1))
    return items[:limit], len(items) > limit


def require_page(page: str | None, pattern: re.Pattern[str]) -> None:
    """Raise InvalidRequestError unless a page token has the form of a key: that of the last item returned.

    INVARIANT: a page token names no customer. The customer is the one that the caller names and may read.
    """
    if page is not None and not pattern.fullmatch(page):
        raise InvalidRequestError("page", "is not a `next_page` that this API returned")
