"""Compares two versions row by row and groups the changed answers into as few boxes of rows as possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations, repeat
from typing import Any

from consentry.kernel.vocabulary import DataCategory, ModelOwner, Operation, Vocabulary
from consentry.terms.policy_set import PolicySetKind
from consentry.terms.truth_table import Axes, Ruling, TruthTable, TruthTableRow
from consentry_terms.row_grouping import RulingSummary, data_name, summarize_rulings

TRAINING = frozenset({Operation.FINE_TUNE, Operation.PRETRAIN})

type Combination = tuple[Operation, DataCategory, ModelOwner]
type Box = tuple[tuple[Operation, ...], tuple[DataCategory, ...], tuple[ModelOwner, ...]]
type Changed = tuple[tuple[TruthTableRow, Ruling, Ruling], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Operations on data for models of some owners, with the answer before and after.

    `newly_allowed`: at least one of these rows was not allowed before and is now.
    """

    operations: tuple[Operation, ...]
    data: tuple[DataCategory, ...]
    data_name: str
    owners: tuple[ModelOwner, ...]
    before: RulingSummary
    after: RulingSummary
    rows: int
    newly_allowed: bool

    @property
    def newly_allowed_for_training(self) -> bool:
        """Whether a model may now train on data that it could not train on before, with the same statuses."""
        return self.newly_allowed and not TRAINING.isdisjoint(self.operations)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changes between two versions: answers and rules."""

    changes: tuple[Change, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    reworded: tuple[str, ...]

    @property
    def newly_allowed_for_training(self) -> bool:
        """Whether any change is newly allowed for training."""
        return any(change.newly_allowed_for_training for change in self.changes)


def compare(before: TruthTable | None, after: TruthTable | None, kind: PolicySetKind) -> Difference:
    """What changes; None means that no version is in force, so no row is covered."""
    table = after or before
    if table is None:
        return Difference((), (), (), ())
    axes = table.axes
    groups: dict[tuple[tuple[Ruling, Ruling], ...], dict[Combination, Changed]] = {}
    for combination, rows in _by_combination(before, after, axes).items():
        answers = tuple((was, now) for _, was, now in rows)
        if any(was is not now for was, now in answers):
            groups.setdefault(answers, {})[combination] = tuple(rows)
    changes = [
        _change(box, next(iter(combinations.values())), kind, axes.vocabulary)
        for combinations in groups.values()
        for box in fewest_boxes(combinations, axes.vocabulary.leaves)
    ]
    old, new = (table.rules if table else {} for table in (before, after))
    return Difference(
        changes=tuple(sorted(changes, key=lambda change: _order(change, axes.vocabulary.leaves))),
        added=tuple(rule for rule in new if rule not in old),
        dropped=tuple(rule for rule in old if rule not in new),
        reworded=tuple(rule for rule in new if rule in old and new[rule] != old[rule]),
    )


def _by_combination(
    before: TruthTable | None, after: TruthTable | None, axes: Axes
) -> dict[Combination, list[tuple[TruthTableRow, Ruling, Ruling]]]:
    combinations: dict[Combination, list[tuple[TruthTableRow, Ruling, Ruling]]] = {}
    for row, was, now in zip(
        axes.rows(), _rulings(before, axes), _rulings(after, axes), strict=True
    ):
        combinations.setdefault((row.operation, row.category, row.model_owner), []).append(
            (row, was, now)
        )
    return combinations


def _rulings(table: TruthTable | None, axes: Axes) -> Iterable[Ruling]:
    if table is None:
        return repeat(Ruling.NOT_COVERED, axes.row_count)
    return (entry.ruling for _, entry in table.rows())


def _change(box: Box, rows: Changed, kind: PolicySetKind, vocabulary: Vocabulary) -> Change:
    """The change of a box; `rows` are those of its first combination, and equal for all others."""
    operations, data, owners = box
    changed = sum(was is not now for _, was, now in rows)
    return Change(
        operations,
        data,
        data_name(data, vocabulary),
        owners,
        before=summarize_rulings([(row, was) for row, was, _ in rows]),
        after=summarize_rulings([(row, now) for row, _, now in rows]),
        rows=changed * len(operations) * len(data) * len(owners),
        newly_allowed=any(allows(now, kind) > allows(was, kind) for _, was, now in rows),
    )


def allows(ruling: Ruling, kind: PolicySetKind) -> bool:
    """Whether a ruling allows a use: terms must permit it, guardrails must not forbid it."""
    return ruling is Ruling.PERMIT if kind == "terms" else ruling is not Ruling.FORBID


def fewest_boxes(
    combinations: Iterable[Combination], leaves: tuple[DataCategory, ...]
) -> list[Box]:
    """The combinations as boxes (operations x data x owners), merged axis by axis in the best of six orders."""
    single: list[Any] = [tuple((value,) for value in combination) for combination in combinations]
    axes = (tuple(Operation), leaves, tuple(ModelOwner))
    return min((_merged(single, order, axes) for order in permutations(range(3))), key=len)


def _merged(
    boxes: list[Any], order: tuple[int, ...], axes: tuple[tuple[Any, ...], ...]
) -> list[Any]:
    for axis in order:
        by_rest: dict[Any, list[Any]] = {}
        for box in boxes:
            by_rest.setdefault(box[:axis] + box[axis + 1 :], []).extend(box[axis])
        boxes = [
            (*rest[:axis], tuple(v for v in axes[axis] if v in values), *rest[axis:])
            for rest, values in by_rest.items()
        ]
    return boxes


def _order(change: Change, leaves: tuple[DataCategory, ...]) -> tuple[bool, int, int, int]:
    """What is newly allowed for training comes first, then the order of the vocabulary."""
    return (
        not change.newly_allowed_for_training,
        leaves.index(change.data[0]),
        tuple(Operation).index(change.operations[0]),
        tuple(ModelOwner).index(change.owners[0]),
    )
