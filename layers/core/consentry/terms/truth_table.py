"""Terms as truth tables: for each row, whether a dated version permits, forbids or does not cover it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from math import prod
from typing import Any, Literal, NamedTuple

from consentry.kernel.vocabulary import ConsentStatus, DataCategory, ModelOwner, Operation

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


_DOMAINS = (DataCategory, Operation, (False, True), ModelOwner, ConsentStatus, ConsentStatus)
_VALUES: list[tuple[Any, ...]] = [tuple(domain) for domain in _DOMAINS]
AXES = [[name, list(values)] for name, values in zip(TruthTableRow._fields, _VALUES, strict=True)]
"""The axes as a table's document has them. A table that was built for another vocabulary is rejected."""
ROW_COUNT = prod(len(values) for values in _VALUES)


def _offsets() -> list[dict[Any, int]]:
    offsets: list[dict[Any, int]] = []
    stride = 1
    for values in reversed(_VALUES):
        offsets.insert(0, {value: index * stride for index, value in enumerate(values)})
        stride *= len(values)
    return offsets


# Each value's index times its stride, so that a look-up is six gets and five additions.
_CATEGORY, _OPERATION, _SAME, _OWNER, _CUSTOMER, _PEOPLE = _offsets()


def all_rows() -> Iterator[TruthTableRow]:
    """Every row in the order of the table."""
    return (TruthTableRow(*values) for values in product(*_VALUES))


@dataclass(frozen=True, slots=True)
class Rule:
    """One Cedar policy: `explanation` in plain words, `interpretation` where we read more than the text says."""

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
    """One version of a policy set. `entry_numbers` has a byte for each row: the index of its entry."""

    policy_set: str
    in_force_from: datetime
    digest: str
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
        """The entry of one row; KeyError for a word that is not in the vocabulary."""
        row = _CATEGORY[category] + _OPERATION[operation] + _SAME[same_service]
        row += _OWNER[model_owner] + _CUSTOMER[customer] + _PEOPLE[people]
        return self.entries[self.entry_numbers[row]]

    def rows(self) -> Iterator[tuple[TruthTableRow, TableEntry]]:
        """Every row with its entry."""
        numbered = zip(all_rows(), self.entry_numbers, strict=True)
        return ((row, self.entries[number]) for row, number in numbered)
