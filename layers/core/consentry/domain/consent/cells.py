"""Uses of data, one by one: what an act speaks of, in cells of a use and a leaf."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from consentry.domain.consent.acts import ALL, EVERY_USE, leaves_in, uses_in
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory, Operation, Service

type Cell = tuple[Operation, Service, DataCategory]


def cells_of(uses: Iterable[Use], leaves: Iterable[DataCategory]) -> frozenset[Cell]:
    """Every pair of a use and a leaf."""
    return frozenset((use.operation, use.service, leaf) for use in uses for leaf in leaves)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a refusal or withdrawal covers in its own words: all, and nodes, are of what there is when read."""

    uses: tuple[Use, ...] | Literal["all"]
    data: tuple[str, ...] | Literal["all"]

    @property
    def cells(self) -> frozenset[Cell]:
        """All that it covers today."""
        return cells_of(uses_in(self.uses), leaves_in(self.data))

    @property
    def is_open(self) -> bool:
        """Whether it may cover more tomorrow."""
        if isinstance(self.uses, str) or isinstance(self.data, str):
            return True
        return not set(self.data) <= set(DataCategory)

    def covers(self, other: Self) -> bool:
        """Whether it covers all that the other does, today and tomorrow."""
        if self.uses != ALL and (other.uses == ALL or not {*other.uses} <= {*self.uses}):
            return False
        if ALL in (self.data, other.data):
            return self.data == ALL
        return all({node, node.partition(".")[0]} & {*self.data} for node in other.data)


def by_use(cells: Iterable[Cell]) -> list[tuple[Use, tuple[DataCategory, ...]]]:
    """The cells as uses, each with its data; both in the vocabulary's order."""
    data: dict[tuple[str, str], set[DataCategory]] = {}
    for operation, service, leaf in cells:
        data.setdefault((operation, service), set()).add(leaf)
    named = ((use, data.get((use.operation, use.service), set())) for use in EVERY_USE)
    return [(use, tuple(d for d in DataCategory if d in leaves)) for use, leaves in named if leaves]
