"""Consent scopes: sets of pairs of a use and a data category."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

from consentry.consent.consent_event import every_use, leaves_in, uses_in
from consentry.kernel.requests import Use
from consentry.kernel.schema import CategoryNode
from consentry.kernel.vocabulary import DataCategory, Operation, Service, branches_over, vocabulary

type ScopeItem = tuple[Operation, Service, DataCategory]
type ConsentScope = frozenset[ScopeItem]
type WordedPair = tuple[Use | Literal["all"], str]
"""A use and a node as a refusal or withdrawal names them."""


def consent_scope_of(uses: Iterable[Use], leaves: Iterable[DataCategory]) -> ConsentScope:
    """Every pair of a use and a leaf."""
    return frozenset((use.operation, use.service, leaf) for use in uses for leaf in leaves)


@dataclass(frozen=True, slots=True)
class ScopeWording:
    """The uses and data of a refusal or withdrawal as it names them: `all` and branches include future words."""

    uses: tuple[Use, ...] | Literal["all"]
    data: tuple[CategoryNode, ...] | Literal["all"]

    @property
    def consent_scope(self) -> ConsentScope:
        """What the wording covers by today's vocabulary."""
        return consent_scope_of(uses_in(self.uses), leaves_in(self.data))

    @property
    def is_open(self) -> bool:
        """Whether the wording covers more when the vocabulary grows."""
        if isinstance(self.uses, str) or isinstance(self.data, str):
            return True
        return not set(self.data) <= set(vocabulary().leaves)

    @property
    def pairs(self) -> Iterator[WordedPair]:
        """Each use with each node, as worded."""
        uses: tuple[Use | Literal["all"], ...]
        uses = (self.uses,) if isinstance(self.uses, str) else self.uses
        nodes = (self.data,) if isinstance(self.data, str) else self.data
        return product(uses, nodes)


@cache
def nodes_over(node: str) -> tuple[str, ...]:
    """A node and the branches that it is in: to name one of them is to name the node."""
    return (node, *branches_over(node))


def by_use(consent_scope: ConsentScope) -> list[tuple[Use, tuple[DataCategory, ...]]]:
    """The uses of a scope, each with its data, both in the vocabulary's order."""
    leaves = vocabulary().leaves
    every = (
        (use, tuple(d for d in leaves if (use.operation, use.service, d) in consent_scope))
        for use in every_use()
    )
    return [(use, data) for use, data in every if data]


def by_data(consent_scope: ConsentScope) -> list[tuple[tuple[Use, ...], tuple[DataCategory, ...]]]:
    """The scope as blocks: all uses that have the same data, with that data."""
    blocks: dict[tuple[DataCategory, ...], list[Use]] = {}
    for use, data in by_use(consent_scope):
        blocks.setdefault(data, []).append(use)
    return [(tuple(uses), data) for data, uses in blocks.items()]
