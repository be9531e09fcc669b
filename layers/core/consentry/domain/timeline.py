"""Who is heard when, in one recording."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field


class _Times:
    """One person's times, in any order until they are asked for; then apart from each other, and in order."""

    def __init__(self) -> None:
        # Arrays, since a manifest may hold millions of segments: 16 bytes each.
        self._starts, self._ends = array("q"), array("q")
        self._in_order = True

    def add(self, start: int, end: int) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._in_order = False

    def meet(self, start: int, end: int) -> bool:
        """Whether any of the times overlaps [start, end)."""
        if not self._in_order:
            self._order()
        first = bisect_right(self._ends, start)
        return first < len(self._starts) and self._starts[first] < end

    def _order(self) -> None:
        times = sorted(zip(self._starts, self._ends, strict=True))
        self._starts, self._ends = array("q"), array("q")
        for start, end in times:
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        self._in_order = True


@dataclass
class Timeline:
    """The times of everybody who is heard; all half-open."""

    _people: dict[str, _Times] = field(default_factory=dict)

    def hear(self, person: str, start: int, end: int) -> None:
        """The person is heard in [start, end), which is not empty."""
        self._people.setdefault(person, _Times()).add(start, end)

    def heard_in(self, start: int, end: int) -> Iterator[str]:
        """Everybody who is heard at any moment of [start, end)."""
        return (person for person, times in self._people.items() if times.meet(start, end))
