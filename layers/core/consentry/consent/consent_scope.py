"""Uses of data, one by one: what an act speaks of, in cells of a use and a leaf."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from consentry.consent.consent_event import ALL, EVERY_USE, leaves_in, uses_in
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory, Operation, Service

type ScopeItem = tuple[Operation, Service, DataCategory]


def consent_scope_of(uses: Iterable[Use], leaves: Iterable[DataCategory]) -> frozenset[ScopeItem]:
    """Every pair of a use and a leaf."""
    return frozenset((use.operation, use.service, leaf) for use in uses for leaf in leaves)


@dataclass(frozen=True, slots=True)
class ScopeWording:
    """What a refusal or withdrawal covers in its own words: all, and nodes, are of what there is when read."""

    uses: tuple[Use, ...] | Literal["all"]
    data: tuple[str, ...] | Literal["all"]

    @property
    def consent_scope(self) -> frozenset[ScopeItem]:
        """All that it covers today."""
        return consent_scope_of(uses_in(self.uses), leaves_in(self.data))

    @property
    def is_open(self) -> bool:
        """Whether it may cover more tomorrow."""
        if isinstance(self.uses, str) or isinstance(self.data, str):
            return True
        return not set(self.data) <= set(DataCategory)

    @property
    def pairs(self) -> Iterator[tuple[Use | Literal["all"], str]]:
        """Each use with each node, in its own words."""
        uses: tuple[Use | Literal["all"], ...]
        uses = (self.uses,) if isinstance(self.uses, str) else self.uses
        nodes = (self.data,) if isinstance(self.data, str) else self.data
        return product(uses, nodes)

    def covers(self, use: Use | Literal["all"], node: str) -> bool:
        """Whether it covers all that this pair does, today and tomorrow."""
        its_use = self.uses == ALL or use in self.uses
        its_node = self.data == ALL or node in self.data or node.partition(".")[0] in self.data
        return its_use and its_node


def by_use(consent_scope: Iterable[ScopeItem]) -> list[tuple[Use, tuple[DataCategory, ...]]]:
    """The cells as uses, each with its data; both in the vocabulary's order."""
    data: dict[tuple[str, str], set[DataCategory]] = {}
    for operation, service, leaf in consent_scope:
        data.setdefault((operation, service), set()).add(leaf)
    named = ((use, data.get((use.operation, use.service), set())) for use in EVERY_USE)
    return [(use, tuple(d for d in DataCategory if d in leaves)) for use, leaves in named if leaves]
