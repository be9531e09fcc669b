"""The rows of a manifest that could not be read, and that block other rows."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.model import Blocked, BlockingRows

MAX_LINES_NAMED = 100
"""For each kind: a log row stays small."""


@dataclass
class UnreadableRows:
    """All unreadable rows are added first, by the number of their line."""

    _counts: Counter[Blocked] = field(default_factory=Counter)
    _lines: defaultdict[Blocked, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: int, blocked: Blocked) -> None:
        """Add an unreadable row, and say which rows it blocks."""
        self._counts[blocked] += 1
        if len(self._lines[blocked]) < MAX_LINES_NAMED:
            self._lines[blocked].append(line)

    def require_none_for_all(self) -> None:
        """Raise InvalidRequestError if an unreadable row may belong to any recording or item."""
        # INVARIANT: such a row may name any person in any recording, and have the id of any item.
        # So no row of the manifest is admitted.
        if self._counts[Blocked.MANIFEST]:
            raise InvalidRequestError(
                "manifest", "has an unreadable row of an uncertain recording or item"
            )

    @property
    def summary(self) -> Mapping[Blocked, BlockingRows]:
        """The rows that block others, by what they block."""
        return {
            blocked: BlockingRows(self._counts[blocked], tuple(self._lines[blocked]))
            for blocked in Blocked
            if self._counts[blocked]
        }
