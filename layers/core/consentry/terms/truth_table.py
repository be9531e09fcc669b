"""Terms as truth tables: for each row, whether a dated version permits, forbids or does not cover it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from itertools import product
from math import prod
from typing import Any, Literal, NamedTuple

from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Role,
    Vocabulary,
)

type Effect = Literal["permit", "forbid"]


class Ruling(StrEnum):
    """What one version says about one row."""

    PERMIT = "permit"
    NOT_COVERED = "not_covered"
    FORBID = "forbid"

    @property
    def strictness(self) -> int:
        """0 for permit, 1 for not covered, 2 for forbid. Of two rulings, the stricter decides."""
        return _STRICTNESS[self]


_STRICTNESS = {ruling: rank for rank, ruling in enumerate(Ruling)}


class TruthTableRow(NamedTuple):
    """The key of one row. The order of the fields is the order of the table."""

    category: DataCategory
    operation: Operation
    same_service: bool
    model_owner: ModelOwner
    customer: ConsentStatus
    people: ConsentStatus


@dataclass(frozen=True)
class Axes:
    """The axes (dimensions) of the truth tables of one vocabulary. The last axis varies fastest."""

    vocabulary: Vocabulary

    @cached_property
    def values(self) -> tuple[tuple[Any, ...], ...]:
        """The values of each axis, in the order of the fields of TruthTableRow."""
        enumerated = (tuple(ModelOwner), tuple(ConsentStatus), tuple(ConsentStatus))
        return (self.vocabulary.leaves, tuple(Operation), (False, True), *enumerated)

    @property
    def document(self) -> list[list[Any]]:
        """The axes as JSON values: the form in which a compiled table contains them."""
        pairs = zip(TruthTableRow._fields, self.values, strict=True)
        return [[name, list(values)] for name, values in pairs]

    @property
    def row_count(self) -> int:
        """The number of rows of a table."""
        return prod(map(len, self.values))

    def rows(self) -> Iterator[TruthTableRow]:
        """Every row in the order of the table."""
        return (TruthTableRow(*values) for values in product(*self.values))

    @cached_property
    def offsets(self) -> tuple[dict[Any, int], ...]:
        """For each axis, each value's index times the axis' stride. A row's number is the sum of its offsets."""
        offsets: list[dict[Any, int]] = []
        stride = 1
        for values in reversed(self.values):
            offsets.insert(0, {value: index * stride for index, value in enumerate(values)})
            stride *= len(values)
        return tuple(offsets)


@cache
def axes_of(vocabulary: Vocabulary) -> Axes:
    """The axes of the tables of a vocabulary."""
    return Axes(vocabulary)


@dataclass(frozen=True, slots=True)
class Rule:
    """One Cedar policy. `explanation`: in plain words. `interpretation`: what we assume beyond the text."""

    id: str
    clause: str
    explanation: str
    interpretation: str | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A ruling and the ids of the rules that decided it (none if the row is not covered)."""

    ruling: Ruling
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruthTable:
    """One version of a policy set, compiled for a vocabulary.

    `entry_numbers` has a byte for each row: the index of its entry. `counted_roles`: the consent of
    people in these roles counts. `people_required_for`: data in which people must be named. If none
    are, the people's status is `unidentified`.
    """

    policy_set: str
    in_force_from: datetime
    digest: str
    axes: Axes
    counted_roles: frozenset[Role]
    people_required_for: frozenset[DataCategory]
    rules: Mapping[str, Rule]
    entries: tuple[TableEntry, ...]
    entry_numbers: bytes

    @property
    def version(self) -> str:
        """The date that names this version, as in its file name."""
        return self.in_force_from.date().isoformat()

    def entry(
        self,
        category: DataCategory,
        operation: Operation,
        same_service: bool,
        model_owner: ModelOwner,
        customer: ConsentStatus,
        people: ConsentStatus,
    ) -> TableEntry:
        """The entry of one row; KeyError for a word that the vocabulary lacks."""
        categories, operations, same, owners, customers, peoples = self.axes.offsets
        row = categories[category] + operations[operation] + same[same_service]
        row += owners[model_owner] + customers[customer] + peoples[people]
        return self.entries[self.entry_numbers[row]]

    def rows(self) -> Iterator[tuple[TruthTableRow, TableEntry]]:
        """Every row with its entry."""
        numbered = zip(self.axes.rows(), self.entry_numbers, strict=True)
        return ((row, self.entries[number]) for row, number in numbered)
