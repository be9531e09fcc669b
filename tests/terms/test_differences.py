"""Two versions compared: every changed row is in one line and one only, and every line is true."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations, product

import pytest

from consentry.kernel.vocabulary import ModelOwner, Operation
from consentry.terms.policy_set import Library, PolicySetKind
from consentry.terms.truth_table import Axes, Ruling, TruthTable, TruthTableRow
from consentry_terms.differences import TRAINING, Change, allows, compare, fewest_boxes
from tests.testkit.campaign import CAMPAIGN
from tests.testkit.meeting_words import AXES, DataCategory

OURS = (ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER)


def pairs(
    library: Library, kind: PolicySetKind
) -> list[tuple[TruthTable | None, TruthTable | None]]:
    """Pairs of versions of a kind, in both orders, with the time before them: all in a campaign."""
    policy_sets = [
        policy_set for policy_set in library.policy_sets.values() if policy_set.kind == kind
    ]
    versions = [None, *(version for policy_set in policy_sets for version in policy_set.versions)]
    if CAMPAIGN:
        return list(permutations(versions, 2))
    return [pair for a, b in pairwise(versions) for pair in ((a, b), (b, a))]


def rulings(table: TruthTable | None, axes: Axes) -> Iterator[tuple[TruthTableRow, Ruling]]:
    """The ruling of each row, in the order of the table."""
    if table is None:
        yield from ((row, Ruling.NOT_COVERED) for row in axes.rows())
    else:
        yield from ((row, entry.ruling) for row, entry in table.rows())


def in_lines(changes: tuple[Change, ...]) -> Counter[tuple[object, ...]]:
    """How many lines speak of each kind of use."""
    return Counter(
        kind for each in changes for kind in product(each.operations, each.data, each.owners)
    )


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["terms", "guardrails"])
def test_every_change_is_in_exactly_one_line_and_nothing_else_is(
    kind: PolicySetKind, any_library: Library
) -> None:
    axes = next(iter(any_library.policy_sets.values())).versions[0].axes
    for before, after in pairs(any_library, kind):
        changed = [
            row
            for (row, was), (_, now) in zip(
                rulings(before, axes), rulings(after, axes), strict=True
            )
            if was != now
        ]

        difference = compare(before, after, kind)

        spoken_of = in_lines(difference.changes)
        assert set(spoken_of) == {(row.operation, row.category, row.model_owner) for row in changed}
        assert set(spoken_of.values()) <= {1}
        assert sum(change.rows for change in difference.changes) == len(changed)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["terms", "guardrails"])
def test_newly_allowed_for_training_is_marked_exactly_where_a_row_is(
    kind: PolicySetKind, any_library: Library
) -> None:
    axes = next(iter(any_library.policy_sets.values())).versions[0].axes
    for before, after in pairs(any_library, kind):
        gained = {
            (row.operation, row.category, row.model_owner)
            for (row, was), (_, now) in zip(
                rulings(before, axes), rulings(after, axes), strict=True
            )
            if row.operation in TRAINING and allows(now, kind) and not allows(was, kind)
        }

        difference = compare(before, after, kind)

        marked = tuple(each for each in difference.changes if each.newly_allowed_for_training)
        assert {use for use in in_lines(marked) if use[0] in TRAINING} == gained
        assert difference.newly_allowed_for_training == bool(gained)


def test_a_version_compared_with_itself_changes_nothing(any_library: Library) -> None:
    for policy_set in any_library.policy_sets.values():
        for version in policy_set.versions:
            difference = compare(version, version, policy_set.kind)

            assert difference.changes == ()
            assert difference.added == difference.dropped == difference.reworded == ()


def test_one_row_that_becomes_allowed_is_found(library: Library) -> None:
    strict = library.policy_sets["zoom-terms"].versions[-1]
    rows, numbers = list(AXES.rows()), bytearray(strict.entry_numbers)
    permit = next(i for i, entry in enumerate(strict.entries) if entry.ruling == "permit")
    index = next(i for i, row in enumerate(rows) if row.operation is Operation.PRETRAIN)
    numbers[index] = permit

    difference = compare(strict, replace(strict, entry_numbers=bytes(numbers)), "terms")

    (change,) = difference.changes
    assert (change.rows, change.operations) == (1, (Operation.PRETRAIN,))
    assert change.newly_allowed_for_training


def test_rules_with_changed_texts_are_listed_as_reworded(library: Library) -> None:
    old = library.policy_sets["zoom-terms"].versions[0]
    (first, second) = old.rules.values()
    new = replace(old, rules={first.id: replace(first, explanation="Else."), second.id: second})

    difference = compare(old, new, "terms")

    assert difference.reworded == (first.id,)
    assert difference.changes == ()


def test_boxes_are_merged_in_the_order_that_gives_the_fewest() -> None:
    operations, data, owners = tuple(Operation), tuple(DataCategory)[:3], OURS
    cells = set(product(operations, data, owners)) | {
        (Operation.INFER, DataCategory.CHAT, OURS[0]),
        (Operation.INFER, DataCategory.CHAT, OURS[1]),
    }

    boxes = fewest_boxes(sorted(cells), tuple(DataCategory))

    assert len(boxes) == 2
    assert {cell for box in boxes for cell in product(*box)} == cells
