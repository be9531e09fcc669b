"""Terms as truth tables: what each dated text permits, forbids or leaves unsaid, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from math import prod
from typing import Any, Literal, NamedTuple

from consentry.kernel.vocabulary import ConsentStatus, DataCategory, ModelOwner, Operation
from consentry.terms.material_changes import MaterialChange

type Effect = Literal["permit", "forbid"]
type PolicySetKind = Literal["terms", "guardrails"]
type CountedRoles = Literal["all", "host_and_speakers"]


class Ruling(StrEnum):
    """What one version of a text says of one row."""

    PERMIT = "permit"
    NOT_COVERED = "not_covered"
    FORBID = "forbid"

    @property
    def strictness(self) -> int:
        """0 for permit, 1 for silent, 2 for forbid: of two verdicts the greater stands."""
        return _VERDICT_RANK[self]


_VERDICT_RANK = {ruling: rank for rank, ruling in enumerate(Ruling)}


class TruthTableRow(NamedTuple):
    """The key of one row; the order of the fields is the order of the table."""

    category: DataCategory
    operation: Operation
    same_service: bool
    model_owner: ModelOwner
    customer: ConsentStatus
    people: ConsentStatus


_DOMAINS = (DataCategory, Operation, (False, True), ModelOwner, ConsentStatus, ConsentStatus)
_VALUES: list[tuple[Any, ...]] = [tuple(domain) for domain in _DOMAINS]
AXES = [[name, list(values)] for name, values in zip(TruthTableRow._fields, _VALUES, strict=True)]
"""The axes as a table's document states them: a table built for other words is refused."""
CELL_COUNT = prod(len(values) for values in _VALUES)


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
    """Every row there is, in the order of a table's cells."""
    return (TruthTableRow(*values) for values in product(*_VALUES))


@dataclass(frozen=True, slots=True)
class Rule:
    """One permit or forbid; `says` is it in plain words, `interpretation` what is our reading."""

    id: str
    clause: str
    explanation: str
    interpretation: str | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A verdict and the ids of the rules that decided it (none where the text is silent)."""

    ruling: Ruling
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruthTable:
    """One version of a book: a cell a row, each the index of its ruling."""

    policy_set: str
    in_force_from: datetime
    digest: str
    rules: Mapping[str, Rule]
    entries: tuple[TableEntry, ...]
    cells: bytes

    @property
    def version(self) -> str:
        """The date that names this version, as in its file's name."""
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
        """What this version says of one row; `KeyError` for a word outside the vocabulary."""
        cell = _CATEGORY[category] + _OPERATION[operation] + _SAME[same_service]
        cell += _OWNER[model_owner] + _CUSTOMER[customer] + _PEOPLE[people]
        return self.entries[self.cells[cell]]

    def rows(self) -> Iterator[tuple[TruthTableRow, TableEntry]]:
        """Every row with its ruling: what the theorems and `consentry terms show` look at."""
        return ((row, self.entries[cell]) for row, cell in zip(all_rows(), self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The ordered versions of one text, whose consent it counts, and what it changed materially when."""

    name: str
    kind: PolicySetKind
    counted_roles: CountedRoles
    people_required_for: frozenset[DataCategory]
    """Data in which people must be named. If none are, the people's status is `unidentified`."""
    versions: tuple[TruthTable, ...]
    material: tuple[MaterialChange, ...] = ()

    def in_force(self, at: datetime) -> TruthTable | None:
        """The version in force at an instant; before the first one there is none."""
        return next((v for v in reversed(self.versions) if v.in_force_from <= at), None)

    def next_change(self, at: datetime) -> datetime | None:
        """When the version in force at an instant gives way to the next, if one is known."""
        return next((v.in_force_from for v in self.versions if v.in_force_from > at), None)


@dataclass(frozen=True, slots=True)
class Library:
    """Every book there is, by name."""

    policy_sets: Mapping[str, PolicySet]
